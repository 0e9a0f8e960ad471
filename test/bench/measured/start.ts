import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { functionNames } from '../../../infra/bundles.ts';
import { haveRulebook } from '../../support/database.ts';
import { shown } from '../report/render.ts';
import { type Context, type Part, type Result, ratioOf, spreadOf, type Table } from '../report/result.ts';
import { functionEnvironment, uncapped } from '../support/award-stage.ts';
import { bundled, copiedBundles } from '../support/bundles.ts';
import { queueBatches } from '../support/events.ts';
import { openStage } from '../support/stage.ts';

export const start: Part = {
  id: 'start',
  title: 'What a function needs to start',
  kind: 'measured',
  rounds: 7,
  run: async context => {
    const folder = await copiedBundles();
    const names = context.quick ? ['award-points', 'openapi'] : functionNames();
    const yardsticks = await makeYardsticks();
    const bundles = names.map(name => ({ name, path: join(folder, name, 'index.js') }));
    const imports = await importTimes([...yardsticks, ...bundles], context);
    return {
      tables: [importTable(imports), await firstRequests(folder, context)],
      figures: figuresOf(imports),
    };
  },
};

interface Bundle {
  readonly name: string;
  readonly path: string;
}

const nothing = 'a handler that does nothing';
const sdkAlone = 'the SDK’s client for DynamoDB alone';
const largest = 'award-points';

async function makeYardsticks(): Promise<Bundle[]> {
  const texts = {
    [nothing]: 'export const handler = async () => ({})',
    [sdkAlone]:
      "import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';" +
      'const client = new DynamoDBClient({}); export const handler = () => client.send(new GetItemCommand({}));',
  };
  return Promise.all(
    Object.entries(texts).map(async ([name, text]) => ({ name, path: await bundled({ text }) })),
  );
}

interface Started {
  readonly importMs: number;
  readonly importCpuMs: number;
  readonly laps: number[];
}

/** What the functions will not be loaded without. */
const neededByAll = { AWS_REGION: 'local', ADJUSTMENT_POINTS_MAX: '1000' };
const starter = fileURLToPath(new URL('../peers/starter.ts', import.meta.url));

async function startOnce(
  path: string,
  environment: Record<string, string> = {},
  events: unknown[] = [],
): Promise<Started> {
  const env = { ...neededByAll, ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [starter, path, JSON.stringify(events)], {
    env,
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout) as Started;
}

type Imports = ReadonlyMap<string, Started[]>;

async function importTimes(bundles: readonly Bundle[], { rounds, step }: Context): Promise<Imports> {
  const times = new Map<string, Started[]>(bundles.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [at, { name, path }] of bundles.entries()) {
      step(
        (round - 1) * bundles.length + at,
        rounds * bundles.length,
        `round ${round} of ${rounds}: ${name}`,
      );
      times.get(name)?.push(await startOnce(path));
    }
  }
  return times;
}

const wallOf = (times: Imports, name: string) => (times.get(name) ?? []).map(({ importMs }) => importMs);
const cpuOf = (times: Imports, name: string) => (times.get(name) ?? []).map(({ importCpuMs }) => importCpuMs);

function importTable(times: Imports): Table {
  const rows = [...times.keys()].map(name => {
    const [wall, cpu] = [spreadOf(wallOf(times, name)), spreadOf(cpuOf(times, name))];
    return [name, wall, cpu, ratioOf(cpuOf(times, name), cpuOf(times, sdkAlone))] as const;
  });
  return {
    id: 'import',
    title: 'What it takes to load a function',
    columns: ['bundle', 'to load, ms', 'of CPU time, ms', 'CPU time, times the SDK alone'],
    rows: rows.sort((a, b) => b[2].median - a[2].median),
    notes: ['Each in a process of its own; Lambda adds what it takes to start Node and to fetch the code.'],
  };
}

const warmEvents = 20;

/** The function that awards, from its start to its first event and to those after. */
async function firstRequests(folder: string, { rounds, quick, step }: Context): Promise<Table> {
  const stage = await openStage();
  try {
    const database = await stage.freshDatabase();
    await haveRulebook(database, uncapped);
    const first: number[] = [];
    const warm: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      step(round, rounds, 'first requests');
      const events = queueBatches({
        round: `s${String(round).padStart(3, '0')}`,
        drivers: (quick ? 5 : warmEvents) * 100,
        batch: 1,
      }).map(([message]) => ({ Records: [{ ...message, body: withOneEvent(message?.body ?? '') }] }));
      const path = join(folder, largest, 'index.js');
      const { laps } = await startOnce(path, functionEnvironment(stage, database), events);
      first.push(laps[0] ?? Number.NaN);
      warm.push(spreadOf(laps.slice(laps.length / 2)).median);
    }
    return {
      id: 'first-request',
      title: 'What the first award takes, and one on a warm function',
      columns: ['award-points', 'ms'],
      rows: [
        ['the first event, reading the rulebooks too', spreadOf(first)],
        ['one event, warm', spreadOf(warm)],
      ],
      notes: [
        'On the local engine: what DynamoDB takes for a round trip comes on top. Alone means one event a message.',
      ],
    };
  } finally {
    await stage.close();
  }
}

function withOneEvent(body: string): string {
  const envelope = JSON.parse(body) as { detail: { events: unknown[] } };
  envelope.detail.events.length = 1;
  return JSON.stringify(envelope);
}

function figuresOf(times: Imports): Result['figures'] {
  return [
    {
      what: 'CPU time to load award-points, beside the SDK alone',
      value: ratioOf(cpuOf(times, largest), cpuOf(times, sdkAlone)),
      unit: 'times',
    },
    {
      what: 'to load award-points / a handler that does nothing',
      value: `${shown(spreadOf(wallOf(times, largest)))} / ${shown(spreadOf(wallOf(times, nothing)))}`,
      unit: 'ms',
    },
  ];
}
