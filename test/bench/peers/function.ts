import { createRequire } from 'node:module';
import { context } from '../../support/call.ts';
import type { Doing } from '../support/contender.ts';
import { type Awards, queueBatches } from '../support/events.ts';

/** The function behind the award queue, as it is deployed: its bundle, fed with what the queue would bring. */
export async function prepare({ bundle }: { bundle: string }): Promise<Doing<Awards>> {
  const { handler } = createRequire(import.meta.url)(bundle);
  return async awards => {
    for (const Records of queueBatches(awards)) {
      const { batchItemFailures } = await handler({ Records }, context());
      if (batchItemFailures.length > 0) throw new Error('some awards failed');
    }
  };
}
