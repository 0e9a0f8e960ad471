import * as z from 'zod';
import type { VolunteerEventBody } from '../awards/contract/events.ts';
import { Id, Time } from './primitives.ts';

/** What goes over the bus. `source` of all that is for others is `nuanxin`; what is between our functions has its own. */
export const busSources = { intake: 'nuanxin.intake', out: 'nuanxin' } as const;
export const volunteerEventsReceived = 'VolunteerEventsReceived';

/** The events of one request, as the receiving function stamped them. */
export const VolunteerEventsReceived = z.strictObject({
  platformId: Id,
  receivedAt: Time,
  /** Of the request that brought them: for the logs alone. */
  requestId: z.string().max(200).optional(),
  events: z.array(z.unknown()).min(1),
});
export type VolunteerEventsReceived = {
  platformId: string;
  receivedAt: string;
  requestId?: string | undefined;
  events: VolunteerEventBody[];
};

/** The part of a bus event's envelope that consumers read. */
export const BusEnvelope = z.looseObject({ 'detail-type': z.string(), detail: z.unknown() });
