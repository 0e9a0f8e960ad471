import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { deliveryKinds } from './kinds/delivery-kinds.ts';
import { wireKinds } from './kinds/wire-kinds.ts';
import { playMatrix, type Trial } from './matrix.ts';
import { optionsFrom } from './options.ts';
import { paths, summaryOf, tablesOf, withTables } from './report/docs.ts';
import { merged, readRecord } from './report/record.ts';
import { Gatherer } from './report/results.ts';
import { type Assembly, assemble } from './stage/assembly.ts';
import { differences } from './state.ts';
import { useCases } from './use-cases/all.ts';

/** The short form of `npm run faults`: each kind once, at the call that matters most. */

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

/** Those that an award meets: no query and no PutEvents of its own once it is warm. */
const ofAnAward = kindsHere.filter(name => !['page', 'first entry', 'last entry'].includes(name));

describe('an award under every kind of fault', () => {
  const trials: Trial[] = [];

  beforeAll(async () => {
    const award = useCases.find(({ name }) => name === 'award');
    if (!award) throw new Error('there is no award');
    const taken = new Set<string>();
    const progress = { planned: () => {}, done: (trial: Trial) => void trials.push(trial) };
    await playMatrix(assembly, award, progress, {
      wheres: ['here'],
      takes: (kind, at) => {
        const matters = /TransactWriteItems 1|BatchGetItem 1|delivery 1/.test(at);
        if (!matters || taken.has(kind) || (at.includes('BatchGet') && kind !== 'partial')) return false;
        taken.add(kind);
        return true;
      },
    });
  }, 300_000);

  it('is played with each', () => {
    expect(new Set(trials.map(({ kind }) => kind))).toEqual(new Set([...ofAnAward, 'books']));
  });

  it.each([...ofAnAward, 'books'])('leaves what a clean one leaves: %s', kind => {
    const [trial] = trials.filter(one => one.kind === kind);
    expect(trial?.differences).toEqual([]);
  });
});

describe('the comparison', () => {
  it('sees what is missing, what is more, and what is there twice', () => {
    const clean = { ledger: ['a', 'b'], accounts: ['c'] };
    expect(differences(clean, clean)).toEqual([]);
    expect(differences(clean, { ledger: ['a', 'b', 'b'], accounts: [] })).toEqual([
      'ledger has b',
      'accounts lacks c',
    ]);
  });
});

describe('the command', () => {
  it('reads what it is told, and says what it does not understand', () => {
    expect(optionsFrom(['--soak', '20m', '--only', 'award,load'], 7)).toMatchObject({
      soakMs: 1_200_000,
      only: ['award', 'load'],
      seed: 7,
    });
    expect(optionsFrom(['--soak', 'long'], 7)).toHaveProperty('sentence');
    expect(optionsFrom(['--seed', '-1'], 7)).toHaveProperty('sentence');
  });
});

describe('what the pages say', () => {
  it.each([
    [paths.page, tablesOf],
    [paths.readme, summaryOf],
  ])('is what docs/faults.json holds: %s', (path, bodyOf) => {
    const page = readFileSync(path, 'utf8');
    expect(withTables(page, bodyOf(readRecord()))).toBe(page);
  });

  it('keeps what was not played again', () => {
    const facts = { seed: 1, date: '2026-03-10', commit: 'c', node: '24', cores: 2, seconds: 1 };
    const first = new Gatherer();
    first.begin('award', 'award-points');
    first.begin('reserve', 'redemptions');
    for (const played of ['award', 'reserve']) first.end(played);
    first.begin('confirm', 'confirm-redemptions'); // and the run was broken off
    first.forever.push({ name: 'again', repeated: 3, differences: [] });
    const second = new Gatherer();
    second.begin('reserve', 'redemptions');
    second.add({ useCase: 'reserve', kind: 'refused', at: 'here', differences: ['more points'] });
    second.add({ useCase: 'reserve', kind: 'books', at: 'the end', differences: [] });
    second.end('reserve');
    const record = merged(merged({}, first.results(facts)), second.results({ ...facts, seed: 2 }));
    expect(record.matrix?.map(({ useCase, on }) => [useCase, on.seed])).toEqual([
      ['award', 1],
      ['reserve', 2],
    ]);
    expect(record.forever?.on.seed).toBe(1);
    expect(summaryOf(record)).toContain('| 1 faults | 1 use cases differ |');
    expect(summaryOf(record)).toContain('| again | 3 | equal |');
  });
});
