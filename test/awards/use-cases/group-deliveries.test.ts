import { describe, expect, it } from 'vitest';
import { eventsPerTransactionMax } from '../../../shared/awards/use-cases/award-events.ts';
import { groupDeliveries } from '../../../shared/awards/use-cases/group-deliveries.ts';
import { received } from '../../support/events.ts';

function delivery(eventId: string, driverId: string) {
  const event = received(eventId, { driverId });
  const { platformId, receivedAt } = event;
  return { messageId: 'm-1', platformId, receivedAt, body: {}, event };
}

/** Of each round: driver and event ids of each group. */
function rounds(...deliveries: ReturnType<typeof delivery>[]) {
  return groupDeliveries(deliveries).map(round =>
    round.map(({ driverId, groups }) => [
      driverId,
      ...groups.map(group => group.map(({ event }) => event.eventId)),
    ]),
  );
}

describe('groupDeliveries', () => {
  it('collects the deliveries of each driver, in order', () => {
    expect(rounds(delivery('e-1', 'd-1'), delivery('e-2', 'd-2'), delivery('e-3', 'd-1'))).toEqual([
      [
        ['d-1', ['e-1', 'e-3']],
        ['d-2', ['e-2']],
      ],
      [],
    ]);
  });

  it('cuts the work of one driver into groups of at most one transaction', () => {
    const many = Array.from({ length: eventsPerTransactionMax + 1 }, (_, n) => delivery(`e-${n}`, 'd-1'));
    const [[work] = []] = groupDeliveries(many);
    expect(work?.groups.map(({ length }) => length)).toEqual([eventsPerTransactionMax, 1]);
  });

  it('postpones a second driver under one event name to the second round', () => {
    const repeat = delivery('e-1', 'd-1');
    expect(rounds(delivery('e-1', 'd-1'), delivery('e-1', 'd-2'), repeat, delivery('e-2', 'd-2'))).toEqual([
      [
        ['d-1', ['e-1', 'e-1']],
        ['d-2', ['e-2']],
      ],
      [['d-2', ['e-1']]],
    ]);
  });
});
