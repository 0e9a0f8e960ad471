import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { Id, Month, Text, Time } from '../../kernel/primitives.ts';

const evidenceUrlsMax = 5;

/** As it stands: unlike `z.url`, which drops line breaks and the like as browsers do. */
const EvidenceUrl = z
  .string()
  .max(512)
  .refine(isHttpsUrl, 'must be an https URL, without spaces')
  .meta({ format: 'uri' });

function isHttpsUrl(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\s]/u.test(text) && /^https:\/\//i.test(text) && URL.canParse(text);
}

const exampleEvent = {
  eventId: 'te-20260305-0002318',
  driverId: 'd-00274',
  activity: 'traffic-guidance',
  occurredAt: '2026-03-05T08:30:00+08:00',
  minutes: 90,
  district: 'qingyunpu',
};

/** One act of volunteer service, as a platform sends it. */
export const VolunteerEventBody = z
  .strictObject({
    eventId: Id,
    driverId: Id,
    activity: Id,
    occurredAt: Time,
    minutes: z.int().min(1).max(1440).optional(),
    district: Id.optional(),
    station: Id.optional(),
    evidence: z.array(EvidenceUrl).max(evidenceUrlsMax).optional(),
  })
  .meta({
    id: 'VolunteerEvent',
    examples: [exampleEvent],
  });

export type VolunteerEventBody = z.infer<typeof VolunteerEventBody>;

export const eventsMax = 100;

/** The list alone: each event in it is validated by itself, so that a bad one harms no neighbour. */
export const VolunteerEventsBody = z.strictObject({ events: z.array(z.unknown()).min(1).max(eventsMax) });

/** The same as documentation, which the validation of each event comes down to. */
const DocumentedEventsBody = VolunteerEventsBody.meta({
  examples: [{ events: [exampleEvent] }],
  override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
    const events = (jsonSchema.properties as Record<string, Record<string, unknown>>).events;
    if (events) events.items = { $ref: '#/components/schemas/VolunteerEvent' };
  },
});

export const EventResult = z.union([
  z.strictObject({ index: z.int(), eventId: z.string(), status: z.literal('accepted') }),
  z.strictObject({
    index: z.int(),
    eventId: z.string().optional(),
    status: z.literal('rejected'),
    problem: z.looseObject({ code: z.string(), detail: z.string() }),
  }),
]);
export type EventResult = z.infer<typeof EventResult>;

export const Receipt = z
  .strictObject({
    eventId: z.string(),
    driverId: z.string(),
    activity: z.string(),
    occurredAt: z.string(),
    status: z.enum(['awarded', 'capped', 'declined', 'pending', 'reversed']),
    wanted: z.int(),
    granted: z.int(),
    reason: z.string().nullable(),
    rulebookVersion: z.int().nullable(),
    campaignId: z.string().nullable(),
    rankingMonth: Month.nullable(),
    receivedAt: z.string(),
    recordedAt: z.string(),
    conflicts: z.int(),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof Receipt>;

const eventParams = z.strictObject({ eventId: Id });
/** An organizer names the platform, for whom the token does not say it. */
const platformQuery = z.strictObject({ platformId: Id.optional() });

export const postVolunteerEvents = endpoint({
  route: 'POST /v1/volunteer-events',
  servedBy: 'receive-events',
  summary: '提交志愿服务事件 · Hand in volunteer events; each counts exactly once, however often it is sent',
  roles: ['platform'],
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: DocumentedEventsBody,
  answers: { 202: z.strictObject({ results: z.array(EventResult) }) },
  refusals: ['invalid', 'try-again'],
});

export const getReceipt = endpoint({
  route: 'GET /v1/volunteer-events/{eventId}',
  servedBy: 'receipts',
  summary: '查询事件回执 · The receipt: what an event earned, and why',
  roles: ['platform', 'organizer'],
  params: eventParams,
  query: platformQuery,
  body: z.undefined(),
  answers: { 200: Receipt },
  refusals: ['not-found', 'invalid'],
});

export const postReversal = endpoint({
  route: 'POST /v1/volunteer-events/{eventId}/reversal',
  servedBy: 'reverse-award',
  summary: '撤销积分 · Take an award back by a new entry',
  roles: ['platform', 'organizer'],
  params: eventParams,
  query: platformQuery,
  body: z.strictObject({ reason: Text(200) }).meta({ examples: [{ reason: '重复上报' }] }),
  answers: { 200: Receipt },
  refusals: ['not-found', 'not-awarded', 'too-late', 'invalid'],
});

export const AttestationBody = z.strictObject({
  outcome: z.enum(['confirmed', 'refused']),
  by: Text(100).meta({ description: 'Who has looked: erased with the driver' }),
  note: Text(500).optional(),
});
export type AttestationBody = z.infer<typeof AttestationBody>;

export const postAttestation = endpoint({
  route: 'POST /v1/volunteer-events/{eventId}/attestation',
  servedBy: 'attest-event',
  summary: '核实事件 · Say whether a pending event took place; once, and within 14 days',
  roles: ['organizer', 'attestor'],
  params: eventParams,
  query: platformQuery,
  body: AttestationBody.meta({ examples: [{ outcome: 'confirmed', by: '驿站值班员' }] }),
  answers: { 200: Receipt },
  refusals: ['not-found', 'not-pending', 'already-attested', 'attestation-period-over', 'invalid'],
});
