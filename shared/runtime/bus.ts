import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { required } from './environment.ts';
import { count, log } from './observe.ts';

export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}

/** PutEvents takes 10 entries and 256 KiB a request; the margin is for what the envelope adds. */
const entriesMax = 10;
export const requestBytesMax = 240 * 1024;

const client = new EventBridgeClient({});

/**
 * Puts events on the bus, as many requests as it takes.
 *
 * @returns for each event whether the bus has accepted it: an answer of 200 may still have failed entries
 */
export async function putEvents(busEvents: readonly BusEvent[]): Promise<boolean[]> {
  const accepted: boolean[] = [];
  for (const chunk of chunked(busEvents)) accepted.push(...(await putOnce(chunk)));
  count('BusPutsFailed', accepted.filter(one => !one).length);
  return accepted;
}

async function putOnce(chunk: readonly BusEvent[]): Promise<boolean[]> {
  const request = new PutEventsCommand({
    Entries: chunk.map(({ source, detailType, detail }) => ({
      EventBusName: required('BUS_NAME'),
      Source: source,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
    })),
  });
  try {
    const { Entries } = await client.send(request);
    return chunk.map((_, index) => Entries?.[index]?.EventId !== undefined);
  } catch (error) {
    log.error('the bus cannot be reached', { error: error as Error });
    return chunk.map(() => false);
  }
}

function* chunked(busEvents: readonly BusEvent[]): Generator<BusEvent[]> {
  let chunk: BusEvent[] = [];
  let bytes = 0;
  for (const event of busEvents) {
    const size = bytesOf(event.detail);
    if (chunk.length === entriesMax || (chunk.length > 0 && bytes + size > requestBytesMax)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(event);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * Announces what each change of a stream has to tell; some have nothing.
 *
 * @returns how many, from the first on, are told: a bus that does not take one, or one of which nobody can tell what
 * it says, holds up those behind it
 */
export async function announceInOrder<Change>(
  changes: readonly Change[],
  tell: (change: Change) => BusEvent | undefined,
): Promise<number> {
  const announcements = toldUntilOneFails(changes, tell);
  const accepted = await putEvents(announcements.filter(one => one !== undefined));
  let told = 0;
  for (const [index, announcement] of announcements.entries()) {
    if (announcement !== undefined && !accepted[told++]) return index;
  }
  return announcements.length;
}

function toldUntilOneFails<Change>(
  changes: readonly Change[],
  tell: (change: Change) => BusEvent | undefined,
): (BusEvent | undefined)[] {
  const told: (BusEvent | undefined)[] = [];
  for (const change of changes) {
    try {
      told.push(tell(change));
    } catch (error) {
      log.error('nobody can tell what a change says', { error: error as Error });
      break;
    }
  }
  return told;
}
