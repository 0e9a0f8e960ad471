import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

/** The rows: a title, and for each graph its metrics, summed over all functions. */
const rows: readonly {
  readonly title: string;
  readonly graphs: Readonly<Record<string, readonly string[]>>;
}[] = [
  {
    title: '积分 · Awards',
    graphs: {
      'Events received': ['EventsAccepted', 'EventsRejected', 'BusPutsFailed'],
      'Outcome of events': [
        'EventsAwarded',
        'EventsCapped',
        'EventsDeclined',
        'EventsPending',
        'EventsRepeated',
        'EventsInConflict',
      ],
      'Reasons for declining': [
        'EventsDeclined.no-rulebook',
        'EventsDeclined.activity-unknown',
        'EventsDeclined.too-late',
        'EventsDeclined.minutes-missing',
        'EventsDeclined.below-minimum',
        'EventsDeclined.not-attested',
      ],
    },
  },
  {
    title: '兑换 · Redemptions',
    graphs: {
      'Steps of redemptions': [
        'RedemptionsReserved',
        'RedemptionsConfirmed',
        'RedemptionsCancelled',
        'RedemptionsExpired',
        'RedemptionsReturned',
      ],
      Refusals: ['RedemptionsRefused', 'CodesUnknown'],
      'Points expired': ['PointsExpired'],
    },
  },
  {
    title: '评选 · Rankings',
    graphs: {
      'Boards built': ['RankingsRebuilt', 'RankingVersionsFinished'],
      'Closing delayed': ['MonthClosingDelayed'],
      'Differences in the books': ['ReconcileDifferences', 'LedgerTampered'],
    },
  },
  {
    title: '成本 · Cost: DynamoDB request units',
    graphs: {
      'Write units (WRU)': ['WriteUnits'],
      'Read units (RRU)': ['ReadUnits'],
      'Requests failed': ['RequestsFailed'],
    },
  },
];

const widgetsInRow = 24;

/** The state of the service on one page, the most asked first. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new cloudwatch.Dashboard(this, 'dashboard', {
      defaultInterval: Duration.days(1),
      widgets: [
        [lagWidget()],
        ...rows.flatMap(({ title, graphs }) => [
          [new cloudwatch.TextWidget({ markdown: `## ${title}`, width: widgetsInRow, height: 1 })],
          Object.entries(graphs).map(([name, metrics]) => graph(name, metrics, Object.keys(graphs).length)),
        ]),
      ],
    });
  }
}

function graph(title: string, metrics: readonly string[], ofRow: number): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({
    title,
    width: widgetsInRow / ofRow,
    left: metrics.map(name => overAllFunctions(name, 'SUM', 'Sum')),
  });
}

function lagWidget(): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({
    title: '从收到到入账 · Time from receiving an event to its entry, ms',
    width: widgetsInRow,
    left: [overAllFunctions('AwardLag', 'MAX', 'p50'), overAllFunctions('AwardLag', 'MAX', 'p99')],
  });
}

/** One line over all functions. The search finds new functions without a change here. */
function overAllFunctions(
  name: string,
  combine: 'SUM' | 'MAX',
  statistic: string,
): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: `${combine}(SEARCH('{Nuanxin,service} MetricName="${name}"', '${statistic}', 300))`,
    label: statistic === 'Sum' ? name : `${name} ${statistic}`,
    usingMetrics: {},
  });
}
