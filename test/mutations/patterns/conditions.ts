import { type Mutant, type Node, nodesOf, type Pattern } from './pattern.ts';

const operand = String.raw`[#\w.]+`;
const clauses = new RegExp(
  String.raw`attribute_(?:not_)?exists\(${operand}\)|(?:contains|begins_with)\([^()]*\)|${operand} (?:=|<>|<=|>=|<|>) :\w+`,
  'g',
);
const comparison = /(?<=[\w)] )(<=|>=|<|>)(?= :\w+)/g;
const inStores = (file: string) => /^shared\/(?!kernel|runtime|api)/.test(file);

/**
 * Makes one clause of a condition always true. The clause stays in the text (`C OR NOT (C)`), because DynamoDB rejects
 * a request with a placeholder that no expression uses, and every test would notice that.
 */
export const droppedClauses: Pattern = {
  name: 'dropped-clause',
  breaks: 'makes one clause of a DynamoDB condition or filter always true',
  appliesTo: inStores,
  mutantsOf: (file, text) =>
    stringsOf(text, 'condition').flatMap(({ start, source }) =>
      [...source.matchAll(clauses)].map(({ index, 0: clause }) => ({
        ...{ file, pattern: 'dropped-clause', replacement: `(${clause} OR NOT (${clause}))` },
        ...{ start: start + index, end: start + index + clause.length },
      })),
    ),
};

/** Moves the boundary of a comparison by one, in conditions and in key conditions: `<` and `<=`, `>` and `>=`. */
export const movedBoundaries: Pattern = {
  name: 'moved-boundary',
  breaks: 'moves the boundary of a comparison inside a DynamoDB expression by one',
  appliesTo: inStores,
  mutantsOf: (file, text) =>
    stringsOf(text, 'condition or key').flatMap(({ start, source }) =>
      [...source.matchAll(comparison)].map(({ index, 0: operator }): Mutant => {
        const replacement = operator.endsWith('=') ? operator.slice(0, -1) : `${operator}=`;
        const from = start + index;
        return { file, pattern: 'moved-boundary', start: from, end: from + operator.length, replacement };
      }),
    ),
};

/** The texts that are, or are part of, an expression of DynamoDB. */
function stringsOf(text: string, which: 'condition' | 'condition or key') {
  const found: { start: number; source: string }[] = [];
  for (const { node, ancestors } of nodesOf(text)) {
    const isText =
      node.type === 'TemplateElement' || (node.type === 'Literal' && typeof node.value === 'string');
    if (!isText) continue;
    const source = text.slice(node.start, node.end);
    const property = propertyAround(ancestors);
    if (property === 'UpdateExpression' || property === 'ProjectionExpression') continue;
    if (property === 'KeyConditionExpression' && which === 'condition') continue;
    if (source.search(clauses) !== -1) found.push({ start: node.start, source });
  }
  return found;
}

/** The name of the nearest object property that a node is the value of. */
function propertyAround(ancestors: readonly Node[]): string | undefined {
  const property = ancestors.find(({ type }) => type === 'Property') as { key?: Node } | undefined;
  return property?.key?.name as string | undefined;
}
