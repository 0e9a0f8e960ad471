import middy from '@middy/core';
import { lapseAttestation } from '../shared/application/lapse-attestation.ts';
import { now } from '../shared/runtime/clock.ts';
import { count, log, observed } from '../shared/runtime/observe.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { overdueAttestations } from '../shared/store/attestations.ts';

const database = openTables();

/** What is left of a run when no further event is begun: the next run goes on. */
const reserveMs = 10_000;

/** Declines events that nobody has attested in time. By the clock they are declined already; this writes it down. */
export const handler = middy<unknown, void>()
  .use(observed())
  .handler(async (_, { getRemainingTimeInMillis }) => {
    let lapsed = 0;
    let failed = 0;
    for await (const { driverId, entryId } of overdueAttestations(database, now())) {
      if (getRemainingTimeInMillis() < reserveMs) break;
      try {
        if (await lapseAttestation({ database, now }, entryId)) lapsed += 1;
      } catch (error) {
        failed += 1;
        log.error('an event could not be declined', { driverId, entryId, error: error as Error });
      }
    }
    count('AttestationsLapsed', lapsed);
    if (failed > 0) throw new Error(`${failed} events could not be declined`);
  });
