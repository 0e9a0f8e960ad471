import fc from 'fast-check';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import type { Endpoint } from '../../shared/kernel/endpoint.ts';
import { talkTo } from '../support/platform.ts';
import { exchange, faultOf } from './exchange.ts';
import { Footprint } from './footprint.ts';
import { type FuzzRequest, type Material, requestsTo } from './requests.ts';
import { fuzzedAt } from './world.ts';

const requestsPerRound = 20;

/** Tables that a rejected request may write: wrong codes are counted. */
const allowedWrites: Readonly<Record<string, RegExp>> = {
  'POST /v1/redemptions/confirmations': /attemptstable/,
};

/** Sends random requests to a running platform, and checks the answer and the writes after each. */
export class Fuzzer {
  readonly #url: string;
  readonly #material: Material;
  readonly #footprint: Footprint;
  readonly #statuses: Record<string, number> = {};

  /** @param dataDir data folder of the platform; nothing else may write to it, and no schedule may run */
  constructor(url: string, dataDir: string, material: Material) {
    this.#url = url;
    this.#material = material;
    this.#footprint = new Footprint(dataDir);
  }

  /** Number of answers by status. */
  get statuses(): Readonly<Record<string, number>> {
    return this.#statuses;
  }

  /**
   * Sends at least this many requests, spread evenly over all routes, in rounds, so that routes see each other's changes.
   * The clock stands still, because the next request after an overdue hold settles it, even if it is rejected.
   *
   * @param seed the same seed gives the same requests
   */
  async fuzzAll(requests: number, seed: number, onProgress: (done: number) => void): Promise<void> {
    const rounds = Math.ceil(requests / endpoints.length / requestsPerRound);
    for (let round = 0; round < rounds; round += 1) {
      for (const endpoint of endpoints) {
        await talkTo(this.#url).setClock(fuzzedAt);
        await this.fuzz(endpoint, requestsPerRound, seed + round);
      }
      onProgress((round + 1) * endpoints.length * requestsPerRound);
    }
  }

  close(): void {
    this.#footprint.close();
  }

  /**
   * Sends requests to one endpoint. Throws for a wrong answer, or for a rejected request that wrote something, with the
   * smallest such request and the seed and path that reproduce it.
   */
  async fuzz(endpoint: Endpoint, requests: number, seed: number): Promise<void> {
    const property = fc.asyncProperty(requestsTo(endpoint, this.#material), async request => {
      const fault = await this.#try(endpoint, request);
      if (fault !== undefined) throw new Error(`${fault}\n${asText(request)}`);
    });
    await fc.assert(property, { numRuns: requests, seed });
  }

  async #try(endpoint: Endpoint, request: FuzzRequest): Promise<string | undefined> {
    const answer = await exchange(this.#url, request);
    this.#statuses[answer.status] = (this.#statuses[answer.status] ?? 0) + 1;
    const fault = faultOf(answer, endpoint);
    if (fault !== undefined) return `${fault}: ${answer.text.slice(0, 1000)}`;
    if (answer.status < 300) {
      if (request.method !== 'GET') await talkTo(this.#url).drain();
      this.#footprint.mark();
      return undefined;
    }
    const changed = this.#footprint.changed();
    this.#footprint.mark();
    const wrong = changed.filter(table => !allowedWrites[endpoint.route]?.test(table));
    return wrong.length > 0
      ? `${answer.status} ${answer.text}, but it wrote to ${wrong.join(', ')}`
      : undefined;
  }
}

function asText({ method, target, headers, body }: FuzzRequest): string {
  return JSON.stringify({ method, target, headers, body: body?.toString('latin1').slice(0, 2000) });
}
