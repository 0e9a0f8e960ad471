import { driversConcurrentMax } from '../../../shared/awards/use-cases/award-deliveries.ts';
import { concurrently, type Work } from '../support/contender.ts';
import { type Awards, driverIdOf, eventIdOf, platformId } from '../support/events.ts';

/** A design that awards points for events. The alternatives have no rules: the caller says how many points. */
export interface Peer {
  award(award: Award): Promise<void>;
  balanceOf(driverId: string): Promise<number>;
}

export interface Award {
  readonly driverId: string;
  /** The permanent name of the event, which includes the platform. */
  readonly name: string;
  readonly points: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The process is killed right after the points are written. */
  readonly dies?: boolean;
}

/** Thrown in place of killing the process. */
export class Killed extends Error {}

export const nameOf = (round: string, driver: number, n: number) =>
  `${platformId}#${eventIdOf(round, driver, n)}`;

export function awardsOf(peer: Peer): Work<Awards> {
  return ({ round, drivers, batch }) => {
    const numbers = Array.from({ length: drivers }, (_, driver) => driver);
    return concurrently(numbers, driversConcurrentMax, async driver => {
      for (let n = 0; n < batch; n += 1) {
        const name = nameOf(round, driver, n);
        await peer.award({ driverId: driverIdOf(driver), name, points: 5, now: Date.now() });
      }
    });
  };
}
