import type { Talk } from './platform.ts';

const drivers = ['d-reversed', 'd-adjusted', 'd-attested', 'd-indebted', 'd-waited-for'];

/**
 * Reservations of all of whom the time is over and that no sweep has seen: each is settled by another function that
 * needs the points. The clock is an hour and a minute later afterwards.
 *
 * @param at an hour, as `2026-05-20T12`
 */
export async function settleOverdueEverywhere(platform: Talk, at: string): Promise<void> {
  await platform.setClock(`${at}:00:00+08:00`);
  const organizer = await platform.as('organizer', 'li');
  const sender = await platform.as('platform', 'rides');
  const send = async (driverId: string, eventId: string, activity: string) => {
    const event = { eventId, driverId, activity, occurredAt: `${at}:00:00+08:00` };
    await sender.send('POST', '/v1/volunteer-events', { events: [event] });
  };
  const reverse = (eventId: string) =>
    sender.send('POST', `/v1/volunteer-events/${eventId}/reversal`, { reason: 'was not there' });

  const mug = { kind: 'goods', name: '马克杯', points: 100, holdMinutes: 60, outlets: ['station-east'] };
  await organizer.send('PUT', '/v1/rewards/mug', { ...mug, stockTracked: true });
  await organizer.send('POST', '/v1/rewards/mug/stock', { requestNo: 's-1', delta: 10, reason: 'delivery' });
  await organizer.send('PUT', '/v1/rewards/plate', { ...mug, stockTracked: true });
  await organizer.send('POST', '/v1/rewards/plate/stock', { requestNo: 's-1', delta: 1, reason: 'delivery' });
  for (const driverId of drivers) await send(driverId, `o-${driverId}`, 'rescue');
  await send('d-attested', 'o-watch', 'watch');
  await platform.drain();
  for (const driverId of drivers) {
    const driver = await platform.as('driver', driverId);
    const rewardId = driverId === 'd-waited-for' ? 'plate' : 'mug';
    await driver.send('POST', '/v1/redemptions', { rewardId }, { 'idempotency-key': 'k-overdue' });
  }
  await reverse('o-d-indebted');
  const proposal = { driverId: 'd-adjusted', points: -10, reason: 'counted twice', requestNo: 'r-overdue' };
  const { adjustmentId } = await organizer.send<{ adjustmentId: string }>(
    'POST',
    '/v1/adjustments',
    proposal,
  );

  await platform.setClock(`${at.slice(0, -2)}${Number(at.slice(-2)) + 1}:01:00+08:00`);
  await reverse('o-d-reversed');
  const second = await platform.as('organizer', 'wang');
  await second.send('POST', '/v1/rewards/plate/stock', { requestNo: 's-2', delta: -1, reason: 'broken' });
  await second.send('POST', `/v1/adjustments/${adjustmentId}/approval`, {});
  const attestation = { outcome: 'confirmed', by: 'the one at the gate' };
  await second.send('POST', '/v1/volunteer-events/o-watch/attestation?platformId=rides', attestation);
  await send('d-indebted', 'o-later', 'report');
  await platform.drain();
}
