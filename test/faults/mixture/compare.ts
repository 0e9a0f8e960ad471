import type { Stage } from '../stage/stage.ts';
import { type DriverModel, type Held, sum } from './model.ts';
import { wares } from './wares.ts';

/** Lists where the platform's answers differ from the model. Must run without faults. */
export async function compare(stage: Stage, drivers: readonly DriverModel[]): Promise<string[]> {
  const found: string[] = [];
  const expect = (what: string, model: unknown, platform: unknown) => {
    const [wanted, is] = [JSON.stringify(model), JSON.stringify(platform)];
    if (wanted !== is) found.push(`${what}: is ${is}, the model expects ${wanted}`);
  };
  for (const driver of drivers) {
    const { driverId, available, reserved, minutes, expired } = driver;
    const wallet = await stage.ask(`driver ${driverId}`, `GET /v1/drivers/${driverId}`);
    expect(
      `wallet of ${driverId}`,
      { available, reserved, minutes, expired, lots: available > 0 ? [available] : [] },
      {
        ...{ available: wallet.available, reserved: wallet.reserved, minutes: wallet.minutes },
        ...{ expired: wallet.expired, lots: (wallet.expiring as Lot[]).map(({ points }) => points) },
      },
    );
    const { items } = await stage.ask(`driver ${driverId}`, 'GET /v1/redemptions?limit=100');
    const states = (items as { redemptionId: string; status: string }[])
      .map(({ redemptionId, status }) => [redemptionId, status])
      .sort();
    expect(
      `redemptions of ${driverId}`,
      [...driver.redemptions].map(([id, { state }]) => [id, state]).sort(),
      states,
    );
  }
  const all = drivers.flatMap(({ redemptions }) => [...redemptions.values()]);
  for (const { rewardId, merchantId, pieces } of wares) {
    const kept = all.filter(held => held.rewardId === rewardId && keepsStock.has(held.state)).length;
    const { stock } = await stage.ask('anybody', `GET /v1/rewards/${rewardId}`);
    expect(`stock of ${rewardId}`, pieces === null ? null : pieces - kept, stock);
    const { confirmed, returned, subsidyFen } = await stage.ask(
      `merchant ${merchantId}`,
      `GET /v1/merchants/${merchantId}/statements/2026-03`,
    );
    expect(`statement of ${merchantId}`, statementOf(all, merchantId), { confirmed, returned, subsidyFen });
  }
  await stage.run('refresh-rankings');
  const { items } = await stage.ask('organizer office', 'GET /v1/rankings/2026-03?limit=100');
  const rows = (items as { driverId: string; score: number; minutes: number }[]).map(
    ({ driverId, score, minutes }) => ({ driverId, score, minutes }),
  );
  expect('the ranking', rankingOf(drivers), rows);
  return found;
}

interface Lot {
  readonly points: number;
}

const keepsStock = new Set<Held['state']>(['reserved', 'confirmed']);

function statementOf(all: readonly Held[], merchantId: string) {
  const own = all.filter(held => held.merchantId === merchantId);
  const confirmed = own.filter(({ state }) => state === 'confirmed' || state === 'returned');
  const returned = own.filter(({ state }) => state === 'returned');
  const subsidyFen = sum(confirmed.map(held => held.subsidyFen)) - sum(returned.map(held => held.subsidyFen));
  return { confirmed: confirmed.length, returned: returned.length, subsidyFen };
}

function rankingOf(drivers: readonly DriverModel[]) {
  return drivers
    .filter(({ score }) => score > 0)
    .map(({ driverId, score, minutes }) => ({ driverId, score, minutes }))
    .sort((a, b) => b.score - a.score || b.minutes - a.minutes || (a.driverId < b.driverId ? -1 : 1));
}
