import type { ChoiceSetup, Way } from '../peers/choices.ts';
import { type Cell, type Context, type Part, type Result, ratioOf, spreadOf } from '../report/result.ts';
import { type Contender, startContender } from '../support/contender.ts';
import { openStage } from '../support/stage.ts';

interface Choice {
  readonly name: string;
  /** What it is compared with; absent for the platform's own way. */
  readonly comparedWith?: Way;
  /** Repetitions in a lap, enough to be measured. */
  readonly times: number;
}

const choices: Readonly<Record<Way, Choice>> = {
  request: { name: 'a read with the platform’s client', times: 1000 },
  clientEach: { name: 'with a new client each time', comparedWith: 'request', times: 1000 },
  socketEach: { name: 'with a new socket each time', comparedWith: 'request', times: 1000 },
  loggingStep: {
    name: 'with the SDK’s logging step',
    comparedWith: 'request',
    times: 1000,
  },
  schema: { name: 'validating an event with the compiled schema', times: 20_000 },
  schemaEach: { name: 'with a new schema each time', comparedWith: 'schema', times: 1000 },
};
const names = Object.keys(choices) as Way[];

export const profileChoices: Part = {
  id: 'choices',
  title: 'CPU time of the platform’s way, and of ways that it avoids',
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
        columns: ['way', 'CPU, µs', 'ratio to the platform’s way'],
        rows: names.map((way): Cell[] => {
          const { name, comparedWith } = choices[way];
          return [name, spreadOf(of(way)), comparedWith ? ratioOf(of(way), of(comparedWith)) : null];
        }),
        notes: [
          'Each in its own process, in turns, on the local engine without TLS. To AWS a new socket also costs a handshake.',
        ],
      },
    ],
    figures: [],
  };
}
