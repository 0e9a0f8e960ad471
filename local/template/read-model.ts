import * as z from 'zod';
import type { LocalAssembly, TemplateResource } from '../../infra/assembly.ts';
import { scheduleProblem } from '../../infra/schedule-expression.ts';
import { patternProblems } from '../events/event-pattern.ts';
import { resourceTypes } from '../resource-types.ts';
import { unknownParts } from './check.ts';
import type { Draft } from './draft.ts';
import { Intrinsics } from './intrinsics.ts';
import type { Model } from './model.ts';
import { type Addresses, physicalName, resourceValues } from './names.ts';
import { readers } from './readers.ts';

/** The templates hold something that the local runtime does not run. Each problem names its logical id. */
export class TemplateRefused extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`the local runtime cannot run these templates:\n${problems.map(line => `  - ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads all stacks into one model, or throws TemplateRefused with everything that is not known. */
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
      problems.push(`${id}: ${sentence(error)}`);
    }
  }
  problems.push(...unknownOptions(draft), ...missingReferences(draft));
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

function emptyDraft(): Draft {
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

type Placed = { stack: string; logicalId: string; resource: TemplateResource };

function inReadingOrder(assembly: LocalAssembly, intrinsics: Intrinsics): Placed[] {
  const order = new Map(Object.keys(readers).map((type, index) => [type, index]));
  const placed = assembly.stacks.flatMap(({ name: stack, template }) =>
    Object.entries(template.Resources ?? {})
      .filter(([, { Condition }]) => Condition === undefined || intrinsics.condition(stack, Condition))
      .map(([logicalId, resource]) => ({ stack, logicalId, resource })),
  );
  const rank = ({ resource }: Placed) => order.get(resource.Type) ?? order.size;
  return placed.filter(({ resource }) => order.has(resource.Type)).sort((a, b) => rank(a) - rank(b));
}

/** Only what is run is resolved: an ignored property may hold references that nothing local can answer. */
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

function unknownOptions(model: Model): string[] {
  return [
    ...model.rules.flatMap(({ id, pattern }) => patternProblems(pattern).map(problem => `${id}: ${problem}`)),
    ...[...model.streamMappings, ...model.queueMappings].flatMap(({ id, filters }) =>
      filters.flatMap(filter => patternProblems(JSON.parse(filter)).map(problem => `${id}: ${problem}`)),
    ),
    ...model.schedules.flatMap(({ name, expression, timeZone }) => {
      const problem = scheduleProblem(expression, timeZone);
      return problem === undefined ? [] : [`schedule ${name}: ${problem}`];
    }),
  ];
}

/** A target that is not in these templates would swallow what is sent to it. */
function missingReferences(model: Model): string[] {
  const tables = new Set(model.tables.map(({ name }) => name));
  const missing = (
    id: string,
    kind: string,
    name: string | undefined,
    known: { has(name: string): boolean },
  ) => (name === undefined || known.has(name) ? [] : [`${id}: there is no ${kind} ${name}`]);
  return [
    ...model.queueMappings.flatMap(({ id, queue, functionName }) => [
      ...missing(id, 'queue', queue, model.queues),
      ...missing(id, 'function', functionName, model.functions),
    ]),
    ...model.streamMappings.flatMap(({ id, table, functionName, failureQueue }) => [
      ...missing(id, 'table', table, tables),
      ...missing(id, 'function', functionName, model.functions),
      ...missing(id, 'queue', failureQueue, model.queues),
    ]),
    ...model.rules.flatMap(({ id, bus, targets }) => [
      ...missing(id, 'bus', bus, model.buses),
      ...targets.flatMap(({ kind, name, deadLetters }) => [
        ...missing(id, kind, name, kind === 'queue' ? model.queues : model.functions),
        ...missing(id, 'queue', deadLetters, model.queues),
      ]),
    ]),
    ...model.schedules.flatMap(({ name, functionName, deadLetters }) => [
      ...missing(name, 'function', functionName, model.functions),
      ...missing(name, 'queue', deadLetters, model.queues),
    ]),
    ...(model.api?.routes ?? []).flatMap(({ routeKey, functionName }) =>
      missing(routeKey, 'function', functionName, model.functions),
    ),
    ...[...model.queues.values()].flatMap(({ name, redrive }) =>
      missing(name, 'queue', redrive?.queue, model.queues),
    ),
  ];
}

function sentence(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ');
  return error instanceof Error ? error.message : String(error);
}
