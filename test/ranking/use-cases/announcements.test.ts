import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/kernel/time.ts';
import {
  frozen,
  openMonth,
  published,
  type RankingMonth,
  refreshed,
  withIntent,
} from '../../../shared/ranking/rules/ranking-month.ts';
import { rankingAnnouncement } from '../../../shared/ranking/use-cases/announcements.ts';

const at = instantOf('2026-04-03T02:00:00+08:00');
const built = { build: 'b', sha256: 'f'.repeat(64), readAt: at };
const steps = (): RankingMonth[] => {
  const open = openMonth('2026-03');
  const live = refreshed(open, built);
  const closing = withIntent(live, null, 'close-month', at);
  const closed = closing.intent ? frozen(closing, closing.intent, built) : closing;
  const shown = published(closed, at);
  const correcting = withIntent(shown, 'attendance', 'organizer-1', at);
  const corrected = correcting.intent ? frozen(correcting, correcting.intent, built) : correcting;
  return [open, live, closing, closed, shown, correcting, corrected];
};

describe('the events of a ranking month', () => {
  it('publishes one event with a stable id for each close, publication and correction, and none for other steps', () => {
    const all = steps();
    const events = all
      .slice(1)
      .map((after, index) => rankingAnnouncement(all[index] ?? openMonth(''), after));
    expect(events.map(event => event && [event.detailType, event.detail.id])).toEqual([
      undefined,
      undefined,
      ['RankingClosed', 'ranking#2026-03#version#1'],
      ['RankingPublished', 'ranking#2026-03#published'],
      undefined,
      ['RankingCorrected', 'ranking#2026-03#version#2'],
    ]);
    expect(events[2]).toMatchObject({
      source: 'nuanxin',
      detail: {
        version: 1,
        time: '2026-04-03T02:00:00.000+08:00',
        data: { month: '2026-03', state: 'closed', version: 1, sha256: built.sha256 },
      },
    });
  });
});
