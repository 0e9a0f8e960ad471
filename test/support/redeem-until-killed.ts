import type { Redeeming, Reservation } from './redeeming.ts';

/** What is to become of a redemption, step by step. */
const paths = [
  ['reserved'],
  ['reserved', 'cancelled'],
  ['reserved', 'confirmed'],
  ['reserved', 'confirmed', 'returned'],
] as const;

/** One wish of one driver, and how far it was acknowledged. */
export interface Story {
  readonly driverId: string;
  readonly key: string;
  readonly path: readonly string[];
  reservation?: Reservation;
  /** Number of steps that were acknowledged. */
  acknowledged: number;
}

const acknowledgedMin = 40;

/** Every driver redeems without a pause until the platform dies, in the middle of whatever they are at. */
export async function redeemUntilKilled(
  people: Redeeming,
  drivers: readonly string[],
  rewardId: string,
  kill: () => Promise<void>,
): Promise<Story[]> {
  const stories: Story[] = [];
  let acknowledged = 0;
  let death: Promise<void> | undefined;
  const lane = async (driverId: string) => {
    for (let number = 0; !death; number += 1) {
      const path = paths[number % paths.length] ?? paths[0];
      const story: Story = { driverId, key: `${rewardId}-${number}`, path, acknowledged: 0 };
      stories.push(story);
      await play(people, story, rewardId, () => {
        acknowledged += 1;
        if (acknowledged === acknowledgedMin) death = kill();
      });
    }
  };
  const ends = await Promise.allSettled(drivers.map(lane));
  if (!death) throw new Error(`nobody was killed: ${JSON.stringify(ends)}`);
  await death;
  return stories;
}

/** The whole story, from its beginning: what was done before is repeated, with the same names. */
export async function play(
  people: Redeeming,
  story: Story,
  rewardId: string,
  onStep: () => void = () => {},
): Promise<void> {
  const { driverId, key, path } = story;
  for (const [index, step] of path.entries()) {
    if (step === 'reserved') story.reservation = await people.reserve(driverId, rewardId, key);
    else await end(people, story, step);
    story.acknowledged = Math.max(story.acknowledged, index + 1);
    onStep();
  }
}

async function end(people: Redeeming, { driverId, key, reservation }: Story, step: string): Promise<void> {
  const { redemptionId = '', code } = reservation ?? {};
  if (step === 'cancelled') await people.cancel(driverId, redemptionId);
  if (step === 'confirmed') await people.confirm('station-east', { code, requestNo: `${driverId}-${key}` });
  if (step === 'returned') await people.giveBack('station-east', redemptionId, `${driverId}-${key}`);
}
