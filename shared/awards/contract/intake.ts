import * as z from 'zod';
import { Id, Time } from '../../kernel/primitives.ts';
import type { VolunteerEventBody } from './events.ts';

export const volunteerEventsReceived = 'VolunteerEventsReceived';

/** Bus event: the volunteer events of one request, as the receiving function stamped them. */
export const VolunteerEventsReceived = z.strictObject({
  platformId: Id,
  receivedAt: Time,
  /** Id of the HTTP request, for logs only. */
  requestId: z.string().max(200).optional(),
  events: z.array(z.unknown()).min(1),
});
export type VolunteerEventsReceived = {
  platformId: string;
  receivedAt: string;
  requestId?: string | undefined;
  events: VolunteerEventBody[];
};
