import { driversConcurrentMax } from '../../../shared/awards/use-cases/award-deliveries.ts';
import { type Doing, inLanes } from '../support/contender.ts';
import { type Awards, driverIdOf, eventIdOf, platformId } from '../support/events.ts';

/** Another way to award points for events. None of them has rules: an event is worth what is said. */
export interface Peer {
  award(award: Award): Promise<void>;
  balanceOf(driverId: string): Promise<number>;
}

export interface Award {
  readonly driverId: string;
  /** The event's name for ever, with the platform in it. */
  readonly name: string;
  readonly points: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Killed as soon as the points are written. */
  readonly dies?: boolean;
}

/** What such a process throws in the bench where it would be killed. */
export class Killed extends Error {}

export const nameOf = (round: string, driver: number, n: number) =>
  `${platformId}#${eventIdOf(round, driver, n)}`;

export function awardsOf(peer: Peer): Doing<Awards> {
  return ({ round, drivers, batch }) => {
    const numbers = Array.from({ length: drivers }, (_, driver) => driver);
    return inLanes(numbers, driversConcurrentMax, async driver => {
      for (let n = 0; n < batch; n += 1) {
        const name = nameOf(round, driver, n);
        await peer.award({ driverId: driverIdOf(driver), name, points: 5, now: Date.now() });
      }
    });
  };
}
