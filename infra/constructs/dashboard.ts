import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

/** What a row shows: a title, and by graph the metrics of the domain, each summed over all functions. */
const rows: readonly {
  readonly title: string;
  readonly graphs: Readonly<Record<string, readonly string[]>>;
}[] = [
  {
    title: '积分 · The way of an award',
    graphs: {
      'Events taken in': ['EventsAccepted', 'EventsRejected', 'BusPutsFailed'],
      'What became of them': [
        'EventsAwarded',
        'EventsCapped',
        'EventsDeclined',
        'EventsPending',
        'EventsRepeated',
        'EventsInConflict',
      ],
      'Why declined': [
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
      'Said no': ['RedemptionsRefused', 'CodesUnknown'],
      'Points expired': ['PointsExpired'],
    },
  },
  {
    title: '评选 · Rankings',
    graphs: {
      'Boards built': ['RankingsRebuilt', 'RankingVersionsFinished'],
      'Closing put off': ['MonthClosingDelayed'],
      'Books that differ': ['ReconcileDifferences', 'LedgerTampered'],
    },
  },
  {
    title: '成本 · Cost: request units of the tables',
    graphs: {
      'Write units': ['WriteUnits'],
      'Read units': ['ReadUnits'],
      'Requests failed': ['RequestsFailed'],
    },
  },
];

const widgetsInRow = 24;

/** The state of the service on one page, in the order in which people ask for it. */
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
    title: '从收到到入账 · From receipt to entry, in ms',
    width: widgetsInRow,
    left: [overAllFunctions('AwardLag', 'MAX', 'p50'), overAllFunctions('AwardLag', 'MAX', 'p99')],
  });
}

/** One line for all functions, whichever there are. */
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
