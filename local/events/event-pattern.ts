/**
 * A compiled event pattern of a rule or an event source mapping. Implemented are exact values, `prefix`,
 * `anything-but` (a value or a list of values) and `exists`. Any other operator stops the start.
 */
export type Matcher = (event: unknown) => boolean;

type Leaf = string | number | boolean | null;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isLeaf = (value: unknown): value is Leaf => value === null || typeof value !== 'object';

/** One message for each part of the pattern that is not implemented. */
export function patternProblems(pattern: unknown, path = ''): string[] {
  if (!isObject(pattern)) return [`event pattern${path}: must be an object`];
  return Object.entries(pattern).flatMap(([key, rule]) => {
    const here = `${path}.${key}`;
    if (key.startsWith('$')) return [`event pattern${here}: ${key} is not implemented`];
    if (isObject(rule)) return patternProblems(rule, here);
    if (!Array.isArray(rule) || rule.length === 0) return [`event pattern${here}: must be a list of values`];
    return rule.flatMap(test => testProblems(test, here));
  });
}

function testProblems(test: unknown, path: string): string[] {
  if (isLeaf(test)) return [];
  const entries = isObject(test) ? Object.entries(test) : [];
  const [operator, operand] = entries[0] ?? ['a list', undefined];
  const known =
    entries.length === 1 &&
    ((operator === 'prefix' && typeof operand === 'string') ||
      (operator === 'exists' && typeof operand === 'boolean') ||
      (operator === 'anything-but' && isValueList(Array.isArray(operand) ? operand : [operand])));
  return known ? [] : [`event pattern${path}: ${operator} ${JSON.stringify(operand)} is not implemented`];
}

function isValueList(values: unknown[]): boolean {
  return values.length > 0 && values.every(value => typeof value === 'string' || typeof value === 'number');
}

/**
 * Compiles a pattern for which `patternProblems` finds none. All fields must match, each with any value of
 * its list.
 */
export function compilePattern(pattern: unknown): Matcher {
  if (!isObject(pattern)) throw new Error('an event pattern must be an object');
  const fields = Object.entries(pattern).map(([key, rule]): Matcher => {
    if (Array.isArray(rule)) {
      const tests = rule.map(compileTest);
      return object => {
        const leaves = leavesOf(isObject(object) ? object[key] : undefined);
        return tests.some(test => test(leaves));
      };
    }
    const inner = compilePattern(rule);
    // For an array of objects, one element must match the whole inner pattern.
    return object => {
      const value = isObject(object) ? object[key] : undefined;
      return Array.isArray(value) ? value.some(inner) : inner(value);
    };
  });
  return object => fields.every(field => field(object));
}

function leavesOf(value: unknown): Leaf[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]).filter(isLeaf);
}

function compileTest(test: unknown): (leaves: Leaf[]) => boolean {
  if (!isObject(test)) return leaves => leaves.some(leaf => leaf === test);
  if (typeof test.prefix === 'string') {
    const { prefix } = test;
    return leaves => leaves.some(leaf => typeof leaf === 'string' && leaf.startsWith(prefix));
  }
  if (typeof test.exists === 'boolean') {
    const { exists } = test;
    return leaves => leaves.length > 0 === exists;
  }
  const excluded: unknown[] = Array.isArray(test['anything-but'])
    ? test['anything-but']
    : [test['anything-but']];
  return leaves => leaves.some(leaf => !excluded.includes(leaf));
}
