import { beforeAll, describe, expect, inject, it } from 'vitest';
import { deliveryKinds } from './kinds/delivery-kinds.ts';
import { wireKinds } from './kinds/wire-kinds.ts';
import { playMatrix, type Trial } from './matrix.ts';
import { optionsFrom } from './options.ts';
import { pageOf } from './report/page.ts';
import { Gatherer } from './report/results.ts';
import { type Assembly, assemble } from './stage/assembly.ts';
import { differences } from './state.ts';
import { useCases } from './use-cases/all.ts';

/** The short form of `npm run faults`: each kind of fault once, at the call of an award that matters most. */

let assembly: Assembly;
beforeAll(async () => {
  assembly = await assemble(inject('assemblyFolder'));
}, 300_000);

const kindsHere = [
  ...Object.entries(wireKinds).flatMap(([name, kind]) =>
    'ends' in kind && kind.ends === 'platform' ? [] : [name],
  ),
  ...Object.keys(deliveryKinds),
];

/** The kinds that an award can meet: a warm award function makes no query and no PutEvents. */
const awardKinds = kindsHere.filter(name => !['page', 'first entry', 'last entry'].includes(name));

describe('an award under every kind of fault', () => {
  const trials: Trial[] = [];

  beforeAll(async () => {
    const award = useCases.find(({ name }) => name === 'award');
    if (!award) throw new Error('There is no use case "award".');
    const taken = new Set<string>();
    const progress = { planned: () => {}, done: (trial: Trial) => void trials.push(trial) };
    await playMatrix(assembly, award, progress, {
      wheres: ['here'],
      takes: (kind, at) => {
        const isDecisive = /TransactWriteItems 1|BatchGetItem 1|delivery 1/.test(at);
        if (!isDecisive || taken.has(kind) || (at.includes('BatchGet') && kind !== 'partial')) return false;
        taken.add(kind);
        return true;
      },
    });
  }, 300_000);

  it('meets each kind of fault', () => {
    expect(new Set(trials.map(({ kind }) => kind))).toEqual(new Set([...awardKinds, 'books']));
  });

  it.each([...awardKinds, 'books'])('leaves the same state as without a fault: %s', kind => {
    const [trial] = trials.filter(one => one.kind === kind);
    expect(trial?.differences).toEqual([]);
  });
});

describe('the comparison of two states', () => {
  it('reports missing, additional and duplicate items', () => {
    const clean = { ledger: ['a', 'b'], accounts: ['c'] };
    expect(differences(clean, clean)).toEqual([]);
    expect(differences(clean, { ledger: ['a', 'b', 'b'], accounts: [] })).toEqual([
      'ledger has b',
      'accounts lacks c',
    ]);
  });
});

describe('the options of the command', () => {
  it('are parsed, and invalid ones are explained in a sentence', () => {
    expect(optionsFrom(['--soak', '20m', '--only', 'award,load'], 7)).toMatchObject({
      soakMs: 1_200_000,
      only: ['award', 'load'],
      seed: 7,
    });
    expect(optionsFrom(['--soak', 'long'], 7)).toHaveProperty('sentence');
    expect(optionsFrom(['--seed', '-1'], 7)).toHaveProperty('sentence');
  });
});

describe('the results', () => {
  const facts = {
    ...{ seed: 1, date: '2026-03-10', commit: 'c', node: '24', seconds: 1 },
    ...{ cpu: 'a processor', cores: 2, memoryGb: 8 },
  };

  it('leave out a use case that was not played to its end', () => {
    const gatherer = new Gatherer();
    for (const name of ['award', 'reserve']) gatherer.begin(name, 'a function');
    gatherer.end('award');
    expect(gatherer.results(facts).matrix.map(({ useCase }) => useCase)).toEqual(['award']);
  });

  it('count a fault that left a different state, and the page names it', () => {
    const gatherer = new Gatherer();
    gatherer.begin('reserve', 'redemptions');
    gatherer.add({ useCase: 'reserve', kind: 'failed', at: 'GetItem 1', differences: ['more points'] });
    gatherer.add({ useCase: 'reserve', kind: 'books', at: 'the end', differences: [] });
    gatherer.end('reserve');
    gatherer.forever.push({ name: 'every delivery repeated', repeated: 3, differences: [] });
    const results = gatherer.results(facts);
    expect(results).toMatchObject({ faults: 1, different: 1 });
    expect(pageOf(results)).toContain('1 faults, 1 differences.');
    expect(pageOf(results)).toContain('more points');
    expect(pageOf(results)).toContain('| every delivery repeated | 3 | equal |');
  });
});
