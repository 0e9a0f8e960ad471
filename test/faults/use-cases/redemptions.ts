import type { Run, UseCase } from '../use-case.ts';
import { post, start } from '../world.ts';

/** A driver with 200 points and a cup with a stock of three, at the run's own shop. */
async function openShop({ stage, id }: Run, pieces = 3): Promise<void> {
  const shop = id('shop');
  await stage.ask('organizer office', `PUT /v1/merchants/${shop}`, {
    ...{ name: '面馆', kind: 'merchant', district: 'donghu' },
  });
  await stage.ask('organizer office', `PUT /v1/rewards/${id('cup')}`, {
    ...{ name: '保温杯', kind: 'goods', points: 60, stockTracked: true, holdMinutes: 60, outlets: [shop] },
    subsidyFen: 1500,
  });
  const stock = { requestNo: id('first'), delta: pieces, reason: 'delivery' };
  await stage.ask('organizer office', `POST /v1/rewards/${id('cup')}/stock`, stock);
  const rescues = ['d', 'e'].flatMap(name =>
    [0, 1].map(n => ({ driverId: id(name), eventId: id(`${name}${n}`) })),
  );
  await post(
    stage,
    rescues.map(rescue => ({ ...rescue, activity: 'rescue' })),
  );
  await stage.drain();
}

interface Reservation {
  readonly redemptionId: string;
  readonly code: string;
}

function reserve({ stage, id }: Run, driver = 'd'): Promise<Reservation> {
  return stage.ask(
    `driver ${id(driver)}`,
    'POST /v1/redemptions',
    { rewardId: id('cup') },
    { 'idempotency-key': id(`key-${driver}`) },
  );
}

function confirm({ stage, id }: Run, { code }: Reservation): Promise<unknown> {
  const scan = { code, requestNo: id('till'), amountFen: 3000 };
  return stage.ask(`merchant ${id('shop')}`, 'POST /v1/redemptions/confirmations', scan);
}

/** What the shop and the drivers see afterwards. */
async function views(run: Run): Promise<unknown[]> {
  const { stage, id } = run;
  const month = '2026-03';
  const wallet = (name: string) => stage.ask(`driver ${id(name)}`, `GET /v1/drivers/${id(name)}`);
  return [
    await stage.ask(`merchant ${id('shop')}`, `GET /v1/merchants/${id('shop')}/statements/${month}`),
    await stage.ask('anybody', `GET /v1/rewards/${id('cup')}`),
    ...(await Promise.all([wallet('d'), wallet('e')])),
  ];
}

/** Moves the clock past the hour for which a cup is held. */
const later = '2026-03-10T13:01:00+08:00';

const reserving: UseCase = {
  name: 'reserve',
  breaks: 'redemptions',
  source: 'http',
  prepare: run => openShop(run),
  act: run => reserve(run),
  see: views,
};

/** An overdue hold keeps the last cup: it is settled first, then the cup is reserved. */
const reservingOverdue: UseCase = {
  name: 'reserve what is overdue',
  breaks: 'redemptions',
  source: 'http',
  prepare: async run => {
    await run.stage.setClock(start);
    await openShop(run, 1);
    await reserve(run, 'e');
    await run.stage.setClock(later);
  },
  act: run => reserve(run),
  see: views,
};

const confirming: UseCase = {
  name: 'confirm',
  breaks: 'confirm-redemptions',
  source: 'http',
  prepare: run => openShop(run),
  act: async run => {
    const answer = await confirm(run, await reserve(run));
    const unknown = { code: '0000000000', requestNo: run.id('guess') };
    await run.stage.call(`merchant ${run.id('other')}`, 'POST /v1/redemptions/confirmations', unknown);
    return answer;
  },
  see: views,
};

const cancelling: UseCase = {
  name: 'cancel',
  breaks: 'redemptions',
  source: 'http',
  prepare: run => openShop(run),
  act: async run => {
    const { redemptionId } = await reserve(run);
    return run.stage.ask(`driver ${run.id('d')}`, `POST /v1/redemptions/${redemptionId}/cancellation`, {});
  },
  see: views,
};

const expiring: UseCase = {
  name: 'expire',
  breaks: 'expire-redemptions',
  source: 'schedule',
  prepare: async run => {
    await run.stage.setClock(start);
    await openShop(run);
    await reserve(run, 'd');
    await reserve(run, 'e');
    await run.stage.setClock(later);
  },
  act: async ({ stage }) => {
    await stage.run('expire-redemptions');
  },
  see: views,
};

const returning: UseCase = {
  name: 'return',
  breaks: 'redemptions',
  source: 'http',
  prepare: async run => {
    await openShop(run);
    await confirm(run, await reserve(run));
  },
  act: async run => {
    const { redemptionId } = await reserve(run);
    const body = { requestNo: run.id('back'), reason: 'broken' };
    return run.stage.ask(`merchant ${run.id('shop')}`, `POST /v1/redemptions/${redemptionId}/return`, body);
  },
  see: views,
};

const expiringPoints: UseCase = {
  name: 'expire-points',
  breaks: 'expire-points',
  source: 'schedule',
  prepare: async ({ stage, id }) => {
    await stage.setClock(start);
    await post(stage, [
      { eventId: id('one'), driverId: id('d'), activity: 'rescue' },
      { eventId: id('two'), driverId: id('e'), activity: 'guidance', minutes: 60 },
    ]);
    await stage.drain();
    await stage.setClock('2027-04-02T12:00:00+08:00');
  },
  act: async ({ stage }) => {
    await stage.run('expire-points');
  },
};

export const redemptions = [
  reserving,
  reservingOverdue,
  confirming,
  cancelling,
  expiring,
  returning,
  expiringPoints,
];
