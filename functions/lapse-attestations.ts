import { overdueAttestations } from '../shared/awards/store/attestations.ts';
import { lapseAttestation } from '../shared/awards/use-cases/lapse-attestation.ts';
import { now } from '../shared/runtime/clock.ts';
import { sweep } from '../shared/runtime/sweep.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** Declines events that nobody has attested in time. By the clock they are declined already; this writes it down. */
export const handler = sweep({
  overdue: () => overdueAttestations(database, now()),
  settle: async ({ entryId }) => ((await lapseAttestation({ database, now }, entryId)) ? 1 : 0),
  metric: 'AttestationsLapsed',
  failure: 'an event could not be declined',
  idsOf: ({ driverId, entryId }) => ({ driverId, entryId }),
  failures: events => `${events} events could not be declined`,
});
