import { Session } from 'node:inspector/promises';
import { context } from '../../support/call.ts';
import type { Work } from '../support/contender.ts';
import { type Awards, queueBatches } from '../support/events.ts';
import { timeByOwner } from '../support/profile.ts';

/** Runs the award function from its sources under Node's CPU profiler. In a bundle, files could not be told apart. */
export async function prepare(): Promise<Work<Awards>> {
  const { handler } = await import('../../../functions/award-points.ts');
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  return async awards => {
    await session.post('Profiler.start');
    for (const Records of queueBatches(awards)) await handler({ Records } as never, context());
    const { profile } = await session.post('Profiler.stop');
    return timeByOwner(profile);
  };
}
