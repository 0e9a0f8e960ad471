import { awardEvents } from '../../shared/awards/use-cases/award-events.ts';
import { reverseAward } from '../../shared/awards/use-cases/receipts.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { isRefusal, type Refusal } from '../../shared/kernel/refusal.ts';
import { instantOf } from '../../shared/kernel/time.ts';
import type { EventEntry } from '../../shared/ledger/rules/entry.ts';
import { registerDriver, setConsent } from '../../shared/people/use-cases/drivers.ts';
import type { RankingMonth } from '../../shared/ranking/rules/ranking-month.ts';
import { BoardReader } from '../../shared/ranking/store/board-reader.ts';
import { closeMonth, correctMonth, publishMonth } from '../../shared/ranking/use-cases/manage.ts';
import { readOwnRank, readRanking, type Visibility } from '../../shared/ranking/use-cases/read.ts';
import { refreshRankings } from '../../shared/ranking/use-cases/refresh.ts';
import { portsAt, received } from './events.ts';

export type Ranked = readonly [rank: number, driverId: string, score: number, minutes: number];

/** A city on the real DynamoDB engine, with its own clock, that awards, ranks, closes and corrects. */
export class City {
  now = '2026-03-10T12:00:00+08:00';
  /** Number of pending events that the close sees. */
  pending = 0;
  readonly database: Database;
  readonly reader: BoardReader;

  constructor(database: Database) {
    this.database = database;
    this.reader = new BoardReader(database);
  }

  get ports() {
    return {
      database: this.database,
      reader: this.reader,
      now: () => instantOf(this.now),
      eventsPending: async () => this.pending,
    };
  }

  async register(driverId: string, displayName: string, publishConsent: boolean, district = 'xihu') {
    const profile = { displayName, occupation: 'courier', district, platformId: 'rides', publishConsent };
    await registerDriver(this.database, driverId, profile, undefined);
  }

  consent(driverId: string, publishConsent: boolean) {
    return setConsent(this.database, driverId, publishConsent);
  }

  /** Awards an event; 100 points unless `changes` say otherwise. */
  async award(driverId: string, eventId: string, changes: Parameters<typeof received>[1] = {}) {
    const event = received(eventId, { driverId, activity: 'rescue', receivedAt: this.now, ...changes });
    const ports = { ...portsAt(this.database, this.now), now: () => instantOf(this.now) };
    const [outcome] = await awardEvents(ports, driverId, [event]);
    if (outcome?.what !== 'recorded') throw new Error(`${eventId} was not recorded`);
    return outcome.entry as EventEntry;
  }

  reverse(eventId: string) {
    return reverseAward(this.database, () => instantOf(this.now), 'rides', eventId, 'was not there');
  }

  refresh() {
    return refreshRankings(this.ports);
  }

  close(month: string, force = false): Promise<RankingMonth | Refusal> {
    return closeMonth(this.ports, month, 'organizer-1', force);
  }

  publish(month: string) {
    return publishMonth(this.ports, month);
  }

  correct(month: string, reason: string) {
    return correctMonth(this.ports, month, 'organizer-1', reason);
  }

  async board(month: string, { scope = 'all', version, visibility = 'everything' }: BoardOptions = {}) {
    const wanted = { month, scope, version };
    const page = await readRanking(
      this.ports,
      wanted,
      { from: 0, limit: 100, visibility },
      instantOf(this.now),
    );
    if (isRefusal(page)) throw new Error(page.refusal);
    return page.view;
  }

  async ranks(month: string, options: BoardOptions = {}): Promise<Ranked[]> {
    const { items } = await this.board(month, options);
    return items.map(({ rank, driverId = '', score, minutes }) => [rank, driverId, score, minutes]);
  }

  own(month: string, driverId: string, scope = 'all') {
    return readOwnRank(this.ports, { month, scope }, driverId);
  }
}

interface BoardOptions {
  readonly scope?: string;
  readonly version?: number;
  readonly visibility?: Visibility;
}
