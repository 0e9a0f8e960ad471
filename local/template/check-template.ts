import type { Template, TemplateResource } from '../../infra/assembly.ts';
import { resourceTypes } from '../resource-types/resource-types.ts';

const sections = new Set([
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules', // assertions at deployment; CDK's own rule checks the bootstrap version
]);

/**
 * The known attributes of a resource. Those about deployment order and deletion have no effect on one
 * machine.
 */
const attributes = new Set([
  'Condition',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdateReplacePolicy',
]);

/**
 * One message for each section, resource type, attribute or property that the local runtime does not know.
 */
export function unknownParts(stack: string, template: Template): string[] {
  const problems = Object.keys(template)
    .filter(section => !sections.has(section))
    .map(section => `${stack}: unknown template section ${section}`);
  for (const [logicalId, resource] of Object.entries(template.Resources ?? {})) {
    problems.push(...unknownInResource(resource).map(problem => `${stack}/${logicalId}: ${problem}`));
  }
  return problems;
}

function unknownInResource(resource: TemplateResource): string[] {
  const problems = Object.keys(resource)
    .filter(attribute => !attributes.has(attribute))
    .map(attribute => `unknown attribute ${attribute}`);
  const type = resourceTypes[resource.Type];
  if (type === undefined)
    return [...problems, `resource type ${resource.Type} is not in local/resource-types`];
  if (type.role !== 'run') return problems;
  const known = [...type.run, ...Object.keys(type.ignored ?? {})];
  const unknown = unknownPaths(resource.Properties ?? {}, '', known);
  return [
    ...problems,
    ...unknown.map(path => `property ${path} of ${resource.Type} is not in local/resource-types`),
  ];
}

function unknownPaths(value: unknown, prefix: string, known: string[]): string[] {
  if (Array.isArray(value)) return value.flatMap(item => unknownPaths(item, prefix, known));
  if (typeof value !== 'object' || value === null) return prefix === '' ? [] : [prefix];
  const branches = value as Record<string, unknown>;
  // Checks both branches of `Fn::If`, whichever the condition selects.
  if (Array.isArray(branches['Fn::If'])) return unknownPaths(branches['Fn::If'].slice(1), prefix, known);
  if (branches.Ref === 'AWS::NoValue') return [];
  return Object.entries(branches).flatMap(([key, item]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (known.includes(path)) return [];
    return known.some(other => other.startsWith(`${path}.`)) ? unknownPaths(item, path, known) : [path];
  });
}
