import { scheduleProblem } from '../../infra/schedule-expression.ts';
import { patternProblems } from '../events/event-pattern.ts';
import type { Model } from './model.ts';

/** One message for each event pattern and schedule expression that the local runtime does not support. */
export function unsupportedOptions(model: Model): string[] {
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

/**
 * One message for each reference to a queue, function, table or bus that the templates do not define. Events
 * and failures sent there would be lost.
 */
export function missingReferences(model: Model): string[] {
  const tables = new Set(model.tables.map(({ name }) => name));
  const missing = (
    id: string,
    kind: string,
    name: string | undefined,
    known: { has(name: string): boolean },
  ) => (name === undefined || known.has(name) ? [] : [`${id}: the templates define no ${kind} ${name}`]);
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
