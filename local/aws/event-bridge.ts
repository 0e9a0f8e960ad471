import * as z from 'zod';
import { isoSeconds } from '../common/iso-seconds.ts';
import { parsedJson } from '../common/parsed-json.ts';
import type { Bus, BusEntry } from '../events/bus.ts';
import { lastSegment } from '../template/names.ts';
import { AwsError } from './aws-error.ts';

const entriesMax = 10;
/** EventBridge's default limit for one request. An account may have a higher one. */
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
type FailedEntry = { ErrorCode: string; ErrorMessage: string };

/** PutEvents: returns one result per entry, in order. A bad entry does not affect the others. */
export function createEventBridge(bus: Bus, buses: Set<string>) {
  return {
    PutEvents(input: unknown): object {
      const parsed = putEvents.safeParse(input);
      if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
      const bytes = parsed.data.Entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
      if (bytes > requestBytesMax) {
        throw new AwsError(
          'ValidationException',
          'The total size of the entries in the request exceeds the limit.',
        );
      }
      const read = parsed.data.Entries.map(entry => readEntry(entry, buses));
      const ids = bus.put(read.filter(entry => 'source' in entry));
      const results = read.map(entry => ('source' in entry ? { EventId: ids.shift() } : entry));
      return { FailedEntryCount: read.filter(entry => 'ErrorCode' in entry).length, Entries: results };
    },
  };
}

/** Size of an entry as EventBridge counts it: 14 bytes for the time, and each text in UTF-8. */
function entryBytes({ Source = '', DetailType = '', Detail = '', Resources, Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function readEntry(entry: Entry, buses: Set<string>): BusEntry | FailedEntry {
  const { Source: source, DetailType: detailType, Detail: text, EventBusName, Resources, Time } = entry;
  const bus = lastSegment(EventBusName);
  if (!buses.has(bus)) {
    return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
  }
  if (!source || !detailType || text === undefined) {
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Source, DetailType and Detail are required.' };
  }
  const detail = parsedObject(text);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = Time === undefined ? undefined : isoSeconds(Time * 1000);
  return { bus, source, detailType, detail, resources: Resources, time };
}

function parsedObject(text: string): object | undefined {
  const value = parsedJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
