import { isNode, type Mutant, type Node, nodesOf, type Pattern } from './pattern.ts';

/** Functions whose arguments may stand in any order, and those that only report. */
const orderFree = /^(Math\.(min|max)|logger\.|console\.|expect)/;

/**
 * Swaps two adjacent arguments of a call. Only swaps that the type checker accepts are worth a test run:
 * `type-check.ts` sorts out the others.
 */
export const swappedArguments: Pattern = {
  name: 'swapped-arguments',
  breaks: 'swaps two adjacent arguments that have the same type',
  appliesTo: file => /^(shared|functions)\//.test(file),
  mutantsOf: (file, text) =>
    [...nodesOf(text)].flatMap(({ node }) => {
      if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return [];
      const callee = isNode(node.callee) ? text.slice(node.callee.start, node.callee.end) : '';
      if (orderFree.test(callee)) return [];
      return pairsOf(node.arguments as Node[]).flatMap(([left, right]): Mutant[] => {
        const [one, other] = [left, right].map(({ start, end }) => text.slice(start, end));
        if (!isPlain(left) || !isPlain(right) || one === other) return [];
        const replacement = `${other}${text.slice(left.end, right.start)}${one}`;
        return [{ file, pattern: 'swapped-arguments', start: left.start, end: right.end, replacement }];
      });
    }),
};

function pairsOf(nodes: readonly Node[]): (readonly [Node, Node])[] {
  return nodes.slice(1).map((right, at) => [nodes[at] as Node, right] as const);
}

/** A name or a chain of members: other expressions differ in type nearly always. */
function isPlain(node: Node): boolean {
  if (node.type === 'Identifier') return node.name !== 'undefined';
  return node.type === 'MemberExpression' && node.computed === false && isPlain(node.object as Node);
}
