import { createRequire } from 'node:module';
import { context } from '../../support/call.ts';
import type { Work } from '../support/contender.ts';
import { type Awards, queueBatches } from '../support/events.ts';

/** Runs the deployed bundle of `award-points` on batches as the queue delivers them. */
export async function prepare({ bundle }: { bundle: string }): Promise<Work<Awards>> {
  const { handler } = createRequire(import.meta.url)(bundle);
  return async awards => {
    for (const Records of queueBatches(awards)) {
      const { batchItemFailures } = await handler({ Records }, context());
      if (batchItemFailures.length > 0) throw new Error('some awards failed');
    }
  };
}
