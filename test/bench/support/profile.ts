import type { Profiler } from 'node:inspector/promises';

/** CPU time belongs to the owner of the nearest file up the stack, so Node's own work counts for its caller. */
const owners: readonly [owner: string, files: RegExp][] = [
  ['the SDK', /node_modules\/@(aws-sdk|smithy|aws-crypto|aws)\//],
  ['validation', /node_modules\/zod\/|shared\/[^/]+\/contract\//],
  ['digests and canonical text', /shared\/kernel\/(canonical|digest)\.ts/],
  ['logs and metrics', /node_modules\/@aws-lambda-powertools\/|shared\/runtime\/observe\.ts/],
  ['the rules', /shared\/(kernel|[^/]+\/rules)\//],
  ['stores and use cases', /shared\/|functions\/|node_modules\/@middy\//],
];
const collector = 'garbage collection';
/** Sockets and timers without one of these files on the stack: only the SDK uses the network here. */
const sockets = 'Node’s sockets and HTTP, for the SDK';

/** Microseconds by owner, idle time excluded. */
export function timeByOwner({
  nodes,
  samples = [],
  timeDeltas = [],
}: Profiler.Profile): Record<string, number> {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id])));
  const ownerOf = (id: number): string | undefined => {
    const name = byId.get(id)?.callFrame.functionName;
    if (name === '(idle)') return undefined;
    if (name === '(garbage collector)') return collector;
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { url = '' } = byId.get(at)?.callFrame ?? {};
      if (/test\/bench\//.test(url)) return undefined;
      const found = owners.find(([, files]) => files.test(url));
      if (found) return found[0];
    }
    return sockets;
  };
  const times: Record<string, number> = {};
  for (const [at, id] of samples.entries()) {
    const owner = ownerOf(id);
    if (owner) times[owner] = (times[owner] ?? 0) + (timeDeltas[at] ?? 0);
  }
  return times;
}
