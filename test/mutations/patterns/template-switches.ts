import { isNode, nodesOf, type Pattern } from './pattern.ts';

/** Switches of the stacks, such as deletion protection. The tests in test/infra read them in the template. */
export const templateSwitches: Pattern = {
  name: 'template-switch',
  breaks: 'turns a switch of a stack or construct to its opposite',
  appliesTo: file => /^infra\/(.*-stack|constructs\/.*)\.ts$/.test(file),
  mutantsOf: (file, text) =>
    [...nodesOf(text)].flatMap(({ node }) => {
      if (node.type !== 'Property' || !isNode(node.value) || typeof node.value.value !== 'boolean') return [];
      const { start, end, value } = node.value;
      return [{ file, pattern: 'template-switch', start, end, replacement: String(!value) }];
    }),
};
