import { join } from 'node:path';
import { functionNames } from '../../../infra/bundles.ts';
import { shown } from '../report/render.ts';
import { type Context, type Part, type Result, ratioOf, spreadOf, type Table } from '../report/result.ts';
import { bundled, copiedBundles } from '../support/bundles.ts';
import { type Started, startOnce } from '../support/starts.ts';
import { firstRequests } from './first-requests.ts';

export const start: Part = {
  id: 'start',
  title: 'Cold start of the functions',
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

const nothing = 'an empty handler';
const sdkAlone = 'the SDK’s DynamoDB client alone';
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
    title: 'Time to load a bundle',
    columns: ['bundle', 'to load, ms', 'CPU time, ms', 'CPU time, ratio to the SDK alone'],
    rows: rows.sort((a, b) => b[1].median - a[1].median),
    notes: ['Each in its own process. Lambda adds the start of Node and the download of the code.'],
  };
}

function figuresOf(times: Imports): Result['figures'] {
  return [
    {
      what: 'CPU time to load award-points, compared with the SDK alone',
      value: ratioOf(cpuOf(times, largest), cpuOf(times, sdkAlone)),
      unit: 'times',
    },
    {
      what: 'time to load award-points / an empty handler',
      value: `${shown(spreadOf(wallOf(times, largest)))} / ${shown(spreadOf(wallOf(times, nothing)))}`,
      unit: 'ms',
    },
  ];
}
