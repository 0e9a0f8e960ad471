import type { ChoiceSetup, Way } from '../peers/choices.ts';
import { type Cell, type Context, type Part, type Result, ratioOf, spreadOf } from '../report/result.ts';
import { type Contender, startContender } from '../support/contender.ts';
import { openStage } from '../support/stage.ts';

interface Choice {
  readonly name: string;
  /** What it is beside; absent in a yardstick. */
  readonly beside?: Way;
  /** So many in a lap, that a lap takes long enough to be measured. */
  readonly times: number;
}

const choices: Readonly<Record<Way, Choice>> = {
  request: { name: 'a read by the platform’s client', times: 1000 },
  clientEach: { name: 'by a client made for it', beside: 'request', times: 1000 },
  socketEach: { name: 'by a socket opened for it', beside: 'request', times: 1000 },
  loggingStep: {
    name: 'by a client that keeps the SDK’s logging step',
    beside: 'request',
    times: 1000,
  },
  schema: { name: 'an event checked by the schema that is there', times: 20_000 },
  schemaEach: { name: 'by a schema made for it', beside: 'schema', times: 1000 },
};
const names = Object.keys(choices) as Way[];

export const profileChoices: Part = {
  id: 'choices',
  title: 'What the profile gave: CPU time with it, and without',
  kind: 'measured',
  rounds: 7,
  run: async context => {
    const stage = await openStage();
    const contenders = new Map<Way, Contender<{ times: number }>>();
    try {
      const table = (await stage.freshDatabase()).tableName('accounts');
      const module = new URL('../peers/choices.ts', import.meta.url);
      for (const way of names) {
        const setup: ChoiceSetup = { way, endpoint: stage.endpoint, table };
        contenders.set(way, await startContender(module, setup));
      }
      return await measure((way, times) => contenders.get(way)?.run({ times }), context);
    } finally {
      await Promise.all([...contenders.values()].map(contender => contender.close()));
      await stage.close();
    }
  },
};

type Run = (way: Way, times: number) => Promise<{ readonly cpuMs: number }> | undefined;

async function measure(run: Run, { rounds, quick, step }: Context): Promise<Result> {
  const found = new Map<Way, number[]>(names.map(way => [way, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, way] of names.entries()) {
      step(round * names.length + at, (rounds + 1) * names.length, `round ${round} of ${rounds}`);
      const times = choices[way].times / (quick ? 10 : 1);
      const lap = await run(way, times);
      if (round > 0 && lap) found.get(way)?.push((lap.cpuMs * 1000) / times); // the first round warms up
    }
  }
  const of = (way: Way) => found.get(way) ?? [];
  return {
    tables: [
      {
        id: 'choices',
        title: profileChoices.title,
        columns: ['what', 'CPU, µs', 'times what the platform does'],
        rows: names.map((way): Cell[] => {
          const { name, beside } = choices[way];
          return [name, spreadOf(of(way)), beside ? ratioOf(of(way), of(beside)) : null];
        }),
        notes: [
          'Each in a process of its own, one after the other, on the local engine without TLS: to AWS a socket costs a handshake besides.',
        ],
      },
    ],
    figures: [],
  };
}
