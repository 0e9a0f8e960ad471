import * as z from 'zod';

/** EventBridge sources: `out` is for other systems, `intake` is between our own functions. */
export const busSources = { intake: 'nuanxin.intake', out: 'nuanxin' } as const;

/** The part of a bus event's envelope that consumers read. */
export const BusEnvelope = z.looseObject({ 'detail-type': z.string(), detail: z.unknown() });
