import * as z from 'zod';
import type { LocalAssembly, TemplateResource } from '../../infra/assembly.ts';
import { resourceTypes } from '../resource-types/resource-types.ts';
import { missingReferences, unsupportedOptions } from './check-model.ts';
import { unknownParts } from './check-template.ts';
import { Intrinsics } from './intrinsics.ts';
import type { Model } from './model.ts';
import { type Addresses, physicalName, resourceValues } from './names.ts';
import { readers } from './readers.ts';
import type { ModelDraft } from './resource-reader.ts';

/**
 * The templates contain something that the local runtime does not support. Each problem names the logical id.
 */
export class TemplateRefused extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`the local runtime cannot run these templates:\n${problems.map(line => `  - ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads all stacks into one model. Throws TemplateRefused with all problems at once. */
export function readModel(
  assembly: LocalAssembly,
  addresses: Addresses,
  parameters: Record<string, string>,
): Model {
  const problems = assembly.stacks.flatMap(({ name, template }) => unknownParts(name, template));
  const intrinsics = intrinsicsOf(assembly, addresses, parameters, problem => problems.push(problem));
  const draft = emptyDraft();
  for (const { stack, logicalId, resource } of inReadingOrder(assembly, intrinsics)) {
    const id = `${stack}/${logicalId}`;
    const name = physicalName(stack, logicalId, resource);
    const values = resourceValues(stack, logicalId, resource, addresses);
    try {
      const properties = intrinsics.resolve(stack, runProperties(resource));
      readers[resource.Type]?.(draft, { id, name, values }, properties);
    } catch (error) {
      problems.push(`${id}: ${messageOf(error)}`);
    }
  }
  problems.push(...unsupportedOptions(draft), ...missingReferences(draft));
  if (problems.length > 0) throw new TemplateRefused([...new Set(problems)]);
  return draft;
}

function intrinsicsOf(
  assembly: LocalAssembly,
  addresses: Addresses,
  parameters: Record<string, string>,
  report: (problem: string) => void,
): Intrinsics {
  const valueIn = (stack: string, logicalId: string, attribute: string): unknown => {
    const resource = assembly.stacks.find(({ name }) => name === stack)?.template.Resources?.[logicalId];
    if (resource === undefined) return undefined;
    const value = resourceValues(stack, logicalId, resource, addresses)[attribute];
    const isParameter = resource.Type === 'AWS::SSM::Parameter' && attribute === 'Value';
    return isParameter ? intrinsics.resolve(stack, resource.Properties?.Value) : value;
  };
  const lookup = {
    ref: (stack: string, logicalId: string) => valueIn(stack, logicalId, 'Ref'),
    attribute: valueIn,
  };
  const intrinsics = new Intrinsics(assembly.stacks, parameters, lookup, report);
  return intrinsics;
}

function emptyDraft(): ModelDraft {
  return {
    tables: [],
    functions: new Map(),
    policies: [],
    queues: new Map(),
    queueMappings: [],
    streamMappings: [],
    rules: [],
    buses: new Set(['default']),
    schedules: [],
    buckets: new Set(),
    secrets: [],
    api: undefined,
    integrations: new Map(),
    authorizers: new Map(),
  };
}

type StackResource = { stack: string; logicalId: string; resource: TemplateResource };

/** The resources whose condition holds and that have a reader, in the order of the readers. */
function inReadingOrder(assembly: LocalAssembly, intrinsics: Intrinsics): StackResource[] {
  const order = new Map(Object.keys(readers).map((type, index) => [type, index]));
  const present = assembly.stacks.flatMap(({ name: stack, template }) =>
    Object.entries(template.Resources ?? {})
      .filter(([, { Condition }]) => Condition === undefined || intrinsics.condition(stack, Condition))
      .map(([logicalId, resource]) => ({ stack, logicalId, resource })),
  );
  const rank = ({ resource }: StackResource) => order.get(resource.Type) ?? order.size;
  return present.filter(({ resource }) => order.has(resource.Type)).sort((a, b) => rank(a) - rank(b));
}

/**
 * The properties without the ignored ones, which may contain references that the local runtime cannot
 * resolve.
 */
function runProperties(resource: TemplateResource): Record<string, unknown> {
  const type = resourceTypes[resource.Type];
  const ignored = type?.role === 'run' ? Object.keys(type.ignored ?? {}) : [];
  return withoutPaths(resource.Properties ?? {}, '', new Set(ignored)) as Record<string, unknown>;
}

function withoutPaths(value: unknown, prefix: string, paths: Set<string>): unknown {
  if (Array.isArray(value)) return value.map(item => withoutPaths(item, prefix, paths));
  if (typeof value !== 'object' || value === null) return value;
  const path = (key: string) => (prefix === '' ? key : `${prefix}.${key}`);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !paths.has(path(key)))
      .map(([key, item]) => [key, withoutPaths(item, path(key), paths)]),
  );
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ');
  return error instanceof Error ? error.message : String(error);
}
