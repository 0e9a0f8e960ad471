import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { patterns } from './patterns/all.ts';
import { droppedClauses, movedBoundaries } from './patterns/conditions.ts';
import { mutated, nodesOf, type Pattern } from './patterns/pattern.ts';
import { rounding } from './patterns/rounding.ts';
import { swappedArguments } from './patterns/swapped-arguments.ts';
import { templateSwitches } from './patterns/template-switches.ts';
import { type Report, resultOf, scoreOf } from './stryker-report.ts';

function results(pattern: Pattern, text: string): string[] {
  return pattern.mutantsOf('shared/a/store/a.ts', text).map(mutant => mutated(text, mutant));
}

describe('the pattern', () => {
  it('dropped-clause makes each clause of a condition always true, and leaves updates and keys alone', () => {
    const text = `const a = { ConditionExpression: 'seq = :read AND attribute_exists(id)', UpdateExpression: 'SET seq = :next', KeyConditionExpression: 'pk = :pk' };`;
    expect(results(droppedClauses, text)).toEqual([
      text.replace('seq = :read', '(seq = :read OR NOT (seq = :read))'),
      text.replace('attribute_exists(id)', '(attribute_exists(id) OR NOT (attribute_exists(id)))'),
    ]);
  });

  it('moved-boundary changes comparisons in conditions and in keys', () => {
    const text = `const a = { FilterExpression: 'dueAt <= :now', KeyConditionExpression: 'pk = :pk AND sk > :after' };`;
    expect(results(movedBoundaries, text)).toEqual([text.replace('<=', '<'), text.replace('>', '>=')]);
  });

  it('swapped-arguments swaps adjacent names, but not where the order means nothing', () => {
    expect(results(swappedArguments, 'f(a, b.c, 1); Math.max(a, b); g(a, a);')).toEqual([
      'f(b.c, a, 1); Math.max(a, b); g(a, a);',
    ]);
  });

  it('rounding turns down into up and up into down', () => {
    expect(results(rounding, 'Math.floor(a) + Math.ceil(b)')).toEqual([
      'Math.ceil(a) + Math.ceil(b)',
      'Math.floor(a) + Math.floor(b)',
    ]);
  });

  it('template-switch turns a boolean property to its opposite', () => {
    expect(results(templateSwitches, 'new Table({ deletionProtection: true });')).toEqual([
      'new Table({ deletionProtection: false });',
    ]);
  });

  it.each(patterns)(
    '$name finds places in the project, and each mutant is still valid TypeScript',
    pattern => {
      const files = globSync('{shared,functions,infra}/**/*.ts').filter(pattern.appliesTo);
      const mutants = files.flatMap(file => pattern.mutantsOf(file, readFileSync(file, 'utf8')));
      expect(mutants.length).toBeGreaterThan(5);
      for (const mutant of mutants.slice(0, 20)) {
        const text = mutated(readFileSync(mutant.file, 'utf8'), mutant);
        expect(() => [...nodesOf(text)]).not.toThrow();
      }
    },
  );
});

describe('a Stryker report', () => {
  const source = 'const a = month > latestMonth;\n';
  const location = { start: { line: 1, column: 11 }, end: { line: 1, column: 30 } };
  const mutant = { mutatorName: 'EqualityOperator', replacement: 'month >= latestMonth', location };
  const report = (...statuses: string[]): Report => ({
    files: {
      'shared/ledger/rules/account.ts': { source, mutants: statuses.map(status => ({ ...mutant, status })) },
    },
  });

  it('counts a timeout as killed, an uncovered mutant as a survivor, and a broken one not at all', () => {
    const result = resultOf(report('Killed', 'Timeout', 'NoCoverage', 'CompileError'));
    expect(result).toMatchObject({ killed: 2, invalid: 1 });
    expect(scoreOf(result)).toBeCloseTo(66.7, 1);
  });

  it('explains a known survivor, and leaves one more of its kind unexplained', () => {
    const [first, second] = resultOf(report('Survived', 'Survived')).survivors;
    expect(first).toMatchObject({ original: 'month > latestMonth', why: expect.any(String) });
    expect(second?.why).toBeUndefined();
  });
});
