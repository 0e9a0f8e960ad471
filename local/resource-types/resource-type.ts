/**
 * What the local runtime does with a resource type:
 *
 * - `run`: behaves like AWS, according to the properties in `run`. `ignored` names the properties that have
 *   no effect on one machine, each with the reason.
 * - `replaced`: the local runtime offers something else instead, named by the reason.
 * - `inert`: the resource has no effect on one machine.
 *
 * A path such as `Targets.Arn` names a nested property. A path without deeper ones covers everything below
 * it.
 */
export type ResourceType =
  | { role: 'run'; run: string[]; ignored?: Record<string, string> }
  | { role: 'replaced' | 'inert'; reason: string };
