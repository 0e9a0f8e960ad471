import { of } from '../mutation.ts';

const wallet = 'test/wallet/functions/wallet.test.ts';
const receiving = 'test/awards/functions/receive-events.test.ts';
const units = 'test/runtime/runtime.test.ts';

/** What stands between the cloud and the use cases: tokens, bodies, batches, the bus. */
export const runtime = [
  ...of(
    'shared/runtime/principal.ts',
    [units, wallet],
    [
      {
        breaks: 'the scope of a token',
        old: 'if (scopes.has(roles[role].scope) && id.success)',
        now: 'if (id.success)',
      },
      {
        breaks: 'the claim of a token',
        old: 'const id = Id.safeParse(claims[roles[role].claim]);',
        now: 'const id = Id.safeParse(claims.sub);',
      },
      {
        breaks: 'scopes as some issuers write them',
        old: `name.slice(name.lastIndexOf('/') + 1)`,
        now: 'name',
      },
    ],
  ),
  ...of(
    'shared/runtime/platform-of.ts',
    [wallet],
    [
      {
        breaks: 'that a platform asks for its own events alone',
        old: `return named === undefined || named === caller.id ? caller.id : new Rejection('not-found');`,
        now: 'return named ?? caller.id;',
      },
      {
        breaks: 'that an organizer names the platform',
        old: '    named ??\n',
        now: '    caller.id ??\n',
      },
    ],
  ),
  ...of(
    'shared/runtime/bearer.ts',
    ['test/local/issuer.test.ts', 'test/ranking/functions/http.test.ts'],
    [
      {
        breaks: 'the audience of a token',
        old: `return isForUs(payload, required('TOKEN_AUDIENCE').split(',')) ? payload : 'invalid';`,
        now: 'return payload;',
        tests: ['test/runtime/bearer.test.ts'],
      },
      {
        breaks: 'who a token is for, where it says no audience',
        old: '[aud ?? client_id ?? []]',
        now: '[aud ?? []]',
        tests: ['test/runtime/bearer.test.ts'],
      },
      {
        breaks: 'the issuer of a token',
        old: "{ issuer, algorithms: ['RS256'] }",
        now: "{ algorithms: ['RS256'] }",
        tests: ['test/runtime/bearer.test.ts'],
      },
      {
        breaks: 'that an issuer out of reach is no bad token',
        old: 'if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {',
        now: 'if (error instanceof errors.JWKSTimeout) {',
        tests: ['test/runtime/bearer.test.ts'],
      },
    ],
  ),
  ...of(
    'shared/runtime/http.ts',
    [wallet, receiving],
    [
      {
        breaks: 'that nobody comes in without a token',
        old: `if (!claims) return endpoint.public ? undefined : new Rejection('unauthenticated');`,
        now: `if (!claims) return endpoint.public ? undefined : { role: 'organizer', id: 'x' };`,
      },
      {
        breaks: 'that a bad token on a public route is refused',
        old: `if (claims === 'invalid') return new Rejection('unauthenticated');`,
        now: `if (claims === 'invalid') return undefined;`,
        tests: ['test/ranking/functions/http.test.ts'],
      },
      {
        breaks: 'that nothing of the inside is shown, and all may be tried again',
        old: `return new Rejection('try-again');`,
        now: `return new Rejection('try-again', { detail: String(error) });`,
      },
      {
        breaks: 'when to try again',
        old: 'const waits = body.status === 429 || body.status === 503;',
        now: 'const waits = body.status === 429;',
      },
      {
        breaks: 'that a field which repeats the path is equal',
        old: 'if (rest[name] !== expected) {',
        now: 'if (rest[name] === undefined) {',
        tests: ['test/awards/functions/program.test.ts'],
      },
      {
        breaks: 'that a needed header is there',
        old: 'const header = schema.safeParse(event.headers[name]);',
        now: `const header = schema.safeParse(event.headers[name] ?? 'none');`,
        tests: [units],
      },
    ],
  ),
  ...of(
    'shared/runtime/json-body.ts',
    [receiving],
    [
      {
        breaks: 'the size of a body',
        old: 'if (Buffer.byteLength(text) > bodyBytesMax) {',
        now: 'if (text.length > 1e9) {',
      },
      {
        breaks: 'the depth of a body',
        old: 'if (depthOf(text) > depthMax)',
        now: 'if (depthOf(text) > 1e9)',
      },
      {
        breaks: 'brackets inside a string',
        old: '      inString = true;',
        now: '',
        tests: [units],
      },
    ],
  ),
  ...of(
    'shared/runtime/page.ts',
    [wallet, 'test/awards/functions/program.test.ts'],
    [
      {
        breaks: 'that a cursor which is none is told',
        old: 'if (parsed.success) return parsed.data;',
        now: 'return parsed.data;',
      },
    ],
  ),
  ...of(
    'shared/runtime/bus.ts',
    [receiving, units],
    [
      {
        breaks: 'failed entries of an answer that is 200',
        old: 'return chunk.map((_, index) => Entries?.[index]?.EventId !== undefined);',
        now: 'return chunk.map((_, index) => Entries?.[index] !== undefined);',
      },
      {
        breaks: 'a bus that cannot be reached',
        old: 'return chunk.map(() => false);',
        now: 'return chunk.map(() => true);',
        tests: ['test/runtime/services.test.ts'],
      },
      {
        breaks: 'how many entries a request takes',
        old: 'if (chunk.length === entriesMax ||',
        now: 'if (chunk.length === 2 * entriesMax ||',
        tests: [units],
      },
      {
        breaks: 'how large a request may be',
        old: '(chunk.length > 0 && bytes + size > requestBytesMax)',
        now: '(chunk.length > 0 && bytes > requestBytesMax)',
        tests: [units, receiving],
      },
      {
        breaks: 'the last entries',
        old: '  if (chunk.length > 0) yield chunk;',
        now: '',
      },
      {
        breaks: 'that what the bus does not take holds up those behind it',
        old: 'if (announcement !== undefined && !accepted[told++]) return index;',
        now: 'if (announcement !== undefined) told += 1;',
        tests: [units],
      },
    ],
  ),
  ...of(
    'shared/runtime/stream.ts',
    [units],
    [
      {
        breaks: 'that a stream comes back from where it got stuck',
        old: 'return { batchItemFailures: [{ itemIdentifier: numberOf(stuck) }] };',
        now: 'return { batchItemFailures: [] };',
      },
      {
        breaks: 'that a failure is not passed over',
        old: '        return 0;\n',
        now: '        return changes.length;\n',
      },
      {
        breaks: 'the record from which it comes back',
        old: 'const stuck = Records[done];',
        now: 'const stuck = Records[done + 1];',
      },
    ],
  ),
  ...of(
    'shared/runtime/sweep.ts',
    ['test/runtime/sweeps.test.ts'],
    [
      {
        breaks: 'that one who fails holds nobody up',
        old: '          failed += 1;\n',
        now: '          throw error;\n',
      },
      {
        breaks: 'that a failure is told',
        old: 'if (failed > 0) throw new Error(',
        now: 'if (failed > 0) log.error(',
      },
      {
        breaks: 'that nothing is begun when time is over',
        old: 'if (getRemainingTimeInMillis() < reserveMs) break;',
        now: '',
      },
    ],
  ),
  ...of(
    'shared/runtime/ledger-changes.ts',
    [units],
    [
      {
        breaks: 'the alarm about an entry that was changed',
        old: 'if (after && !before) return after;',
        now: 'if (after) return after;',
      },
    ],
  ),
  ...of(
    'shared/runtime/award-queue.ts',
    [units],
    [
      {
        breaks: 'the dead letters among what is pending',
        old: `['AWARD_QUEUE_URL', 'AWARD_DEAD_LETTERS_URL', 'RECEIVED_DEAD_LETTERS_URL'] as const`,
        now: `['AWARD_QUEUE_URL', 'RECEIVED_DEAD_LETTERS_URL'] as const`,
      },
      {
        breaks: 'what is in work among what is pending',
        old: `  'ApproximateNumberOfMessagesNotVisible',\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'shared/runtime/environment.ts',
    ['test/redemptions/functions/code-keys.test.ts', units],
    [
      {
        breaks: 'that a function without its variables does not start',
        old: 'if (!value) throw new Error(',
        now: 'if (!value) console.warn(',
        tests: [units],
      },
    ],
  ),
];
