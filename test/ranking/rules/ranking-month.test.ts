import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/kernel/time.ts';
import {
  closingRefusal,
  correctionRefusal,
  frozen,
  type Intent,
  isPublic,
  openMonth,
  published,
  publishingRefusal,
  refreshed,
  withIntent,
} from '../../../shared/ranking/rules/ranking-month.ts';

const month = '2026-03';
const readAt = instantOf('2026-04-03T02:00:00+08:00');
const built = { build: 'build-1', sha256: 'digest-1', readAt };
const intended = (version: number): Intent => ({ version, reason: null, author: 'clock', at: 'then' });
const open = () => openMonth(month);
const closed = () => frozen(open(), intended(1), built);
const shown = () => published(closed(), instantOf('2026-04-06T02:00:00+08:00'));

describe('a ranking month', () => {
  it('starts a month open and without a build', () => {
    expect(open()).toEqual({
      month,
      state: 'open',
      version: 0,
      build: null,
      asOf: null,
      builtAt: null,
      sha256: null,
      closedAt: null,
      publishedAt: null,
      intent: null,
      revision: 0,
    });
  });

  it('records the time of each refresh, and the time of the current build', () => {
    const first = refreshed(open(), built);
    expect(first).toEqual({
      ...open(),
      build: 'build-1',
      sha256: 'digest-1',
      asOf: '2026-04-03T02:00:00.000+08:00',
      builtAt: '2026-04-03T02:00:00.000+08:00',
      revision: 1,
    });
    const same = refreshed(first, { ...built, readAt: readAt + 60_000 });
    expect(same).toEqual({ ...first, asOf: '2026-04-03T02:01:00.000+08:00', revision: 2 });
    const other = refreshed(same, { build: 'build-2', sha256: 'digest-2', readAt: readAt + 120_000 });
    expect(other).toMatchObject({ build: 'build-2', builtAt: '2026-04-03T02:02:00.000+08:00', revision: 3 });
  });

  it('allows to close a month from one hour after its local end', () => {
    const from = instantOf('2026-04-01T01:00:00+08:00');
    expect(closingRefusal(month, from)).toBeUndefined();
    expect(closingRefusal(month, from - 1)).toEqual({
      refusal: 'month-not-over',
      month,
      closableFrom: '2026-04-01T01:00:00.000+08:00',
    });
  });
});

describe('a version of a ranking', () => {
  it('stores an intent with version number, reason, author and time before the version is made', () => {
    expect(withIntent(open(), null, 'clock', readAt)).toEqual({
      ...open(),
      intent: { version: 1, reason: null, author: 'clock', at: '2026-04-03T02:00:00.000+08:00' },
      revision: 1,
    });
    expect(withIntent(shown(), 'a mistake', 'o-1', readAt)).toMatchObject({
      state: 'published',
      version: 1,
      intent: { version: 2, reason: 'a mistake', author: 'o-1' },
      revision: shown().revision + 1,
    });
  });

  it('closes the month with version 1', () => {
    expect(closed()).toEqual({
      ...open(),
      state: 'closed',
      version: 1,
      build: 'build-1',
      sha256: 'digest-1',
      asOf: '2026-04-03T02:00:00.000+08:00',
      builtAt: '2026-04-03T02:00:00.000+08:00',
      closedAt: '2026-04-03T02:00:00.000+08:00',
      intent: null,
      revision: 1,
    });
  });

  it('corrects the month with a later version and keeps the time of the close', () => {
    const correcting = withIntent(shown(), 'a mistake', 'o-1', readAt);
    const later = { build: 'build-2', sha256: 'digest-2', readAt: readAt + 1 };
    expect(frozen(correcting, intended(2), later)).toEqual({
      ...shown(),
      state: 'corrected',
      version: 2,
      build: 'build-2',
      sha256: 'digest-2',
      asOf: '2026-04-03T02:00:00.001+08:00',
      builtAt: '2026-04-03T02:00:00.001+08:00',
      intent: null,
      revision: correcting.revision + 1,
    });
  });
});

describe('publishing a ranking', () => {
  it('refuses to publish before the close and for 72 hours after it', () => {
    const from = instantOf('2026-04-06T02:00:00+08:00');
    expect(publishingRefusal(open(), from)).toEqual({ refusal: 'not-closed', month });
    expect(publishingRefusal(closed(), from)).toBeUndefined();
    expect(publishingRefusal(closed(), from - 1)).toEqual({
      refusal: 'objection-period',
      publishableFrom: '2026-04-06T02:00:00.000+08:00',
    });
  });

  it('records the time of publication and changes nothing else', () => {
    expect(shown()).toEqual({
      ...closed(),
      state: 'published',
      publishedAt: '2026-04-06T02:00:00.000+08:00',
      revision: closed().revision + 1,
    });
  });

  it('makes a published ranking public and allows corrections', () => {
    const corrected = frozen(shown(), intended(2), built);
    expect([open(), closed(), shown(), corrected].map(isPublic)).toEqual([false, false, true, true]);
    expect([open(), closed(), shown(), corrected].map(correctionRefusal)).toEqual([
      { refusal: 'not-closed', month },
      { refusal: 'not-published', month },
      undefined,
      undefined,
    ]);
  });
});
