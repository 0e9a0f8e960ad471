import * as z from 'zod';
import type { Bus, BusEntry } from '../events/bus.ts';
import { AwsError } from './aws-error.ts';

const entriesMax = 10;
/** EventBridge's limit for one request; where an account has a higher one, what passes here passes there. */
const requestBytesMax = 256 * 1024;

const putEvents = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string().optional(),
        DetailType: z.string().optional(),
        Detail: z.string().optional(),
        EventBusName: z.string().default('default'),
        Resources: z.array(z.string()).default([]),
        Time: z.number().optional(),
      }),
    )
    .min(1)
    .max(entriesMax),
});
type Entry = z.infer<typeof putEvents>['Entries'][number];
type Refused = { ErrorCode: string; ErrorMessage: string };

/** PutEvents: one answer an entry, in order; a bad entry harms no other. */
export function createEventBridge(bus: Bus, buses: Set<string>) {
  return {
    PutEvents(input: unknown): object {
      const parsed = putEvents.safeParse(input);
      if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
      const bytes = parsed.data.Entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
      if (bytes > requestBytesMax) {
        throw new AwsError(
          'ValidationException',
          'Total size of the entries in the request is over the limit.',
        );
      }
      const read = parsed.data.Entries.map(entry => readEntry(entry, buses));
      const ids = bus.put(read.filter(entry => 'source' in entry));
      const results = read.map(entry => ('source' in entry ? { EventId: ids.shift() } : entry));
      return { FailedEntryCount: read.filter(entry => 'ErrorCode' in entry).length, Entries: results };
    },
  };
}

/** As EventBridge counts it: the time 14 bytes, the texts by their length in UTF-8. */
function entryBytes({ Source = '', DetailType = '', Detail = '', Resources, Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function readEntry(entry: Entry, buses: Set<string>): BusEntry | Refused {
  const { Source: source, DetailType: detailType, Detail: text, EventBusName, Resources, Time } = entry;
  const bus = EventBusName.split('/').at(-1) ?? '';
  if (!buses.has(bus)) {
    return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
  }
  if (!source || !detailType || text === undefined) {
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Source, DetailType and Detail are required.' };
  }
  const detail = parsedObject(text);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = Time === undefined ? undefined : `${new Date(Time * 1000).toISOString().slice(0, 19)}Z`;
  return { bus, source, detailType, detail, resources: Resources, time };
}

function parsedObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
