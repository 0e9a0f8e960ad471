import { of } from '../mutation.ts';

const events = 'test/local/events.test.ts';
const queues = 'test/local/queues.test.ts';
const streams = 'test/local/streams.test.ts';
const http = 'test/local/http.test.ts';
const clock = 'test/local/clock-and-schedules.test.ts';
const cors = 'test/local/cors.test.ts';

/** The local runtime, where it stands for what AWS promises. */
export const local = [
  ...of(
    'local/events/batch-answer.ts',
    [events],
    [
      {
        breaks: 'the records that a function says have failed',
        old: '    failed.add(identifier);',
        now: '',
      },
      {
        breaks: 'that an answer which names no record of the batch fails all of it',
        old: `if (typeof identifier !== 'string' || !identifiers.has(identifier)) return null;`,
        now: `if (typeof identifier !== 'string') return null;`,
      },
      {
        breaks: 'that an error fails the batch',
        old: 'if (!outcome.ok) return null;',
        now: 'if (!outcome.ok) return new Set();',
        tests: ['test/local/batch-answer.test.ts'],
      },
    ],
  ),
  ...of(
    'local/events/queues.ts',
    [queues],
    [
      {
        breaks: 'the visibility time-out',
        old: 'this.#statements.take.run(now + model.visibilityMs, received',
        now: 'this.#statements.take.run(now, received',
      },
      {
        breaks: 'that a consumer deletes what is in its own hand alone',
        old: `'DELETE FROM messages WHERE id = ? AND received = ?'`,
        now: `'DELETE FROM messages WHERE id = ? AND received >= 0 * ?'`,
      },
      {
        breaks: 'the dead letter of what was received too often and never settled',
        old: 'if (model.redrive !== undefined && row.received >= model.redrive.maxReceiveCount) {',
        now: 'if (model.redrive !== undefined && row.received > 1e9) {',
      },
      {
        breaks: 'the dead letter of what failed as often as it may',
        old: 'if (redrive !== undefined && message.received >= redrive.maxReceiveCount) {',
        now: 'if (redrive !== undefined && message.received > redrive.maxReceiveCount) {',
        tests: ['test/local/queues.test.ts'],
      },
      {
        breaks: 'that what was in a hand is visible after a restart',
        old: '    this.#statements.release.run(Date.now(), longAgo);\n',
        now: '',
      },
      {
        breaks: 'the size of what is handed out at once',
        old: 'if (taken.length > 0 && bytes > bytesMax) break;',
        now: '',
      },
    ],
  ),
  ...of(
    'local/events/bus.ts',
    [events],
    [
      {
        breaks: 'that what comes due while the bus looks is seen or waited for',
        old: 'this.#statements.next.get(now)?.at;',
        now: 'this.#statements.next.get(Date.now())?.at;',
        tests: ['test/local/bus.test.ts'],
      },
      {
        breaks: 'that a rule gets what it matches alone',
        old: 'if (rule.bus !== entry.bus || !matches(event)) continue;',
        now: 'if (rule.bus !== entry.bus) continue;',
      },
      {
        breaks: 'that a failed delivery is tried again',
        old: 'else this.#retry(delivery);',
        now: 'else this.#statements.remove.run(delivery.id);',
      },
      {
        breaks: 'the dead letters of a bus',
        old: 'if (queue !== null) this.#queues.send(queue, { body: event });',
        now: '',
      },
    ],
  ),
  ...of(
    'local/events/stream-consumer.ts',
    [streams],
    [
      {
        breaks: 'that a stream resumes at the record which failed',
        old: 'const first = failed === null ? undefined : [...failed].sort()[0];',
        now: 'const first = failed === null ? undefined : [...failed].sort().at(-1);',
      },
      {
        breaks: 'that nothing passes a failed record',
        old: 'if (failed !== null && failed.size === 0) return this.#succeed(last);',
        now: 'if (failed !== null) return this.#succeed(last);',
      },
      {
        breaks: 'that the failure queue is told of records that are given up',
        old: 'if (mapping.failureQueue !== undefined)\n',
        now: 'if (mapping.failureQueue === undefined)\n',
      },
    ],
  ),
  ...of(
    'local/http/gateway.ts',
    [http],
    [
      {
        breaks: 'the scope that a route asks for',
        old: `return allowed ? principal : 'forbidden';`,
        now: 'return principal;',
      },
      {
        breaks: 'that no token lets nobody in',
        old: `if (!principal) return 'unauthenticated';`,
        now: 'if (!principal) return undefined;',
      },
      {
        breaks: 'that a throttled route refuses',
        old: 'if (!this.#allows(route.routeKey, performance.now()))',
        now: 'if (!this.#allows(route.routeKey, performance.now()) && false)',
      },
      {
        breaks: 'that a function which fails is 503',
        old: 'return throttled ? problem(',
        now: `return throttled || !throttled ? problem(`,
      },
    ],
  ),
  ...of(
    'local/http/issuer.ts',
    ['test/local/issuer.test.ts', http],
    [
      {
        breaks: 'the issuer of a token',
        old: 'if (claims === undefined || claims.iss !== authorizer.issuer) return undefined;',
        now: 'if (claims === undefined) return undefined;',
      },
      {
        breaks: 'the end of a token, by the local clock',
        old: 'if (claims.exp * 1000 <= this.#clock.now()) return undefined;',
        now: '',
      },
      {
        breaks: 'the audience of a token',
        old: 'if (!audiences.some(audience => authorizer.audiences.includes(audience))) return undefined;',
        now: '',
      },
      {
        breaks: 'the signature of a token',
        old: 'const { payload } = await compactVerify(token, this.#publicKey, { algorithms: [algorithm] });',
        now: `const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url');`,
      },
    ],
  ),
  ...of(
    'local/http/cors.ts',
    [cors],
    [
      {
        breaks: 'that no page of another origin may read an answer, unless it is named',
        old: "return cors.allowOrigins.includes('*') || cors.allowOrigins.includes(origin);",
        now: 'return origin !== undefined;',
      },
      {
        breaks: 'that nothing is allowed where nothing is configured',
        old: 'if (cors === undefined || origin === undefined || !allowsOrigin(cors, origin)) return {};',
        now: `if (cors === undefined) return { 'access-control-allow-origin': '*' };\n  if (origin === undefined || !allowsOrigin(cors, origin)) return {};`,
      },
    ],
  ),
  ...of(
    'local/aws/s3.ts',
    ['test/local/aws-endpoint.test.ts'],
    [
      {
        breaks: 'that an object is stored once',
        old: `if (headers['if-none-match'] === '*' && find.get(bucket, key) !== undefined) {`,
        now: `if (headers['if-none-match'] === 'never' && find.get(bucket, key) !== undefined) {`,
      },
    ],
  ),
  ...of(
    'local/aws/event-bridge.ts',
    [events],
    [
      {
        breaks: 'the entries of PutEvents that are refused',
        old: "FailedEntryCount: read.filter(entry => 'ErrorCode' in entry).length",
        now: 'FailedEntryCount: 0',
      },
      {
        breaks: 'that a bad entry harms no other',
        old: "('source' in entry ? { EventId: ids.shift() } : entry)",
        now: '({ EventId: ids.shift() })',
      },
    ],
  ),
  ...of(
    'local/state/clock.ts',
    ['test/local/crash.test.ts'],
    [
      {
        breaks: 'that the clock is kept with the data',
        old: `      state.setSetting(setting, String(offsetMs));\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'infra/schedule-expression.ts',
    [clock],
    [
      {
        breaks: 'the time zone of a schedule',
        old: 'timezone: timeZone, alternativeWeekdays',
        now: `timezone: 'UTC', alternativeWeekdays`,
      },
      { breaks: 'the days of the week, from Sunday on', old: 'alternativeWeekdays: true, ', now: '' },
    ],
  ),
];
