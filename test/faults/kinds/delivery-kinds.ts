import type { Proceed } from '../../../local/workers/function-hooks.ts';
import type { Outcome } from '../../../local/workers/function-pool.ts';

export type Source = 'http' | 'queue' | 'stream' | 'schedule';

/** A fault of one delivery to a function. */
export interface DeliveryKind {
  /** What goes wrong, for people. */
  readonly words: string;
  readonly appliesTo: (source: Source) => boolean;
  readonly deliver: (event: string, proceed: Proceed, before: string | undefined) => Promise<Outcome>;
}

interface Batch {
  readonly Records: readonly { readonly messageId?: string }[];
}

const always = () => true;
const oneOf =
  (...sources: Source[]) =>
  (source: Source) =>
    sources.includes(source);

const notAcknowledged: Outcome = {
  ok: false,
  error: { errorType: 'Injected', errorMessage: 'the answer was lost' },
};

export const deliveryKinds = {
  repeated: {
    words: 'the same event is delivered again right after it was processed',
    appliesTo: always,
    deliver: async (event, proceed) => {
      await proceed(event);
      return proceed(event);
    },
  },
  'two at once': {
    words: 'the same event is delivered to two functions at the same time',
    appliesTo: always,
    deliver: async (event, proceed) => {
      const [first] = await Promise.all([proceed(event), proceed(event)]);
      return first;
    },
  },
  'not acknowledged': {
    words: 'the event is processed but not acknowledged: queue, stream or caller retry',
    appliesTo: always,
    deliver: async (event, proceed) => {
      await proceed(event);
      return notAcknowledged;
    },
  },
  duplicated: {
    words: 'each message of a batch is in it twice',
    appliesTo: oneOf('queue'),
    deliver: (event, proceed) => {
      const { Records, ...rest } = JSON.parse(event) as Batch;
      return proceed(JSON.stringify({ ...rest, Records: Records.flatMap(record => [record, record]) }));
    },
  },
  'out of order': {
    words: 'messages come in reverse order, one by one; a stream delivers an older batch after a newer one',
    appliesTo: oneOf('queue', 'stream'),
    deliver: (event, proceed, before) => {
      const { Records } = JSON.parse(event) as Batch;
      return Records[0]?.messageId === undefined
        ? olderAfterNewer(event, proceed, before)
        : inReverse(Records, proceed);
    },
  },
} as const satisfies Record<string, DeliveryKind>;

/** Recognizes the source of an event by its shape. */
export function sourceOf(event: string): Source {
  const { Records, requestContext } = JSON.parse(event) as Partial<Batch> & { requestContext?: unknown };
  if (!Records) return requestContext === undefined ? 'schedule' : 'http';
  return Records[0]?.messageId === undefined ? 'stream' : 'queue';
}

export type DeliveryKindName = keyof typeof deliveryKinds;

async function olderAfterNewer(
  event: string,
  proceed: Proceed,
  before: string | undefined,
): Promise<Outcome> {
  const outcome = await proceed(event);
  if (outcome.ok && before !== undefined) await proceed(before);
  return outcome;
}

async function inReverse(records: Batch['Records'], proceed: Proceed): Promise<Outcome> {
  const failures: unknown[] = [];
  for (const record of records.toReversed()) {
    const outcome = await proceed(JSON.stringify({ Records: [record] }));
    if (!outcome.ok) return outcome;
    const { batchItemFailures = [] } = (JSON.parse(outcome.payload) ?? {}) as {
      batchItemFailures?: unknown[];
    };
    failures.push(...batchItemFailures);
  }
  return { ok: true, payload: JSON.stringify({ batchItemFailures: failures }) };
}
