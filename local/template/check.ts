import type { Template, TemplateResource } from '../../infra/assembly.ts';
import { resourceTypes } from '../resource-types.ts';

const sections = new Set([
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules', // asserts at deployment; CDK's own checks the bootstrap version
]);

/** What may stand beside Type and Properties: order and fate of a resource, which one machine has no use for. */
const attributes = new Set([
  'Condition',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdateReplacePolicy',
]);

/** Everything in a template that is on no list, one sentence each. */
export function unknownParts(stack: string, template: Template): string[] {
  const problems = Object.keys(template)
    .filter(section => !sections.has(section))
    .map(section => `${stack}: template section ${section} is not known`);
  for (const [logicalId, resource] of Object.entries(template.Resources ?? {})) {
    problems.push(...unknownInResource(resource).map(problem => `${stack}/${logicalId}: ${problem}`));
  }
  return problems;
}

function unknownInResource(resource: TemplateResource): string[] {
  const problems = Object.keys(resource)
    .filter(attribute => !attributes.has(attribute))
    .map(attribute => `attribute ${attribute} is not known`);
  const type = resourceTypes[resource.Type];
  if (type === undefined) return [...problems, `resource type ${resource.Type} is on no list`];
  if (type.role !== 'run') return problems;
  const known = [...type.run, ...Object.keys(type.ignored ?? {})];
  const unknown = unknownPaths(resource.Properties ?? {}, '', known);
  return [...problems, ...unknown.map(path => `property ${path} of ${resource.Type} is on no list`)];
}

function unknownPaths(value: unknown, prefix: string, known: string[]): string[] {
  if (Array.isArray(value)) return value.flatMap(item => unknownPaths(item, prefix, known));
  if (typeof value !== 'object' || value === null) return prefix === '' ? [] : [prefix];
  const branches = value as Record<string, unknown>;
  // Of `Fn::If` both branches are looked at: which one holds is not this check's matter.
  if (Array.isArray(branches['Fn::If'])) return unknownPaths(branches['Fn::If'].slice(1), prefix, known);
  if (branches.Ref === 'AWS::NoValue') return [];
  return Object.entries(branches).flatMap(([key, item]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (known.includes(path)) return [];
    return known.some(other => other.startsWith(`${path}.`)) ? unknownPaths(item, path, known) : [path];
  });
}
