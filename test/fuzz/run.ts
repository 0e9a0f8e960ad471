import fc from 'fast-check';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import type { Endpoint } from '../../shared/kernel/endpoint.ts';
import { talkTo } from '../support/platform.ts';
import { exchange, faultOf } from './exchange.ts';
import { Footprint } from './footprint.ts';
import { type FuzzRequest, type Material, requestsTo } from './requests.ts';
import { fuzzedAt } from './world.ts';

const requestsPerRound = 20;

/** Tables in which a refusal leaves something: who guesses codes is counted. */
const leftBy: Readonly<Record<string, RegExp>> = {
  'POST /v1/redemptions/confirmations': /attemptstable/,
};

/** Puts rubbish to a running platform, and looks after each request whether it was answered and left alone rightly. */
export class Fuzzer {
  readonly #url: string;
  readonly #material: Material;
  readonly #footprint: Footprint;
  readonly #statuses: Record<string, number> = {};

  /** @param dataDir where the platform keeps its data; nothing else may be using it, and no schedule may run */
  constructor(url: string, dataDir: string, material: Material) {
    this.#url = url;
    this.#material = material;
    this.#footprint = new Footprint(dataDir);
  }

  /** How many requests were answered with each status. */
  get statuses(): Readonly<Record<string, number>> {
    return this.#statuses;
  }

  /**
   * At least so many requests, spread evenly over all routes, in rounds: what one route has changed, the others see.
   * It is the same minute all the time: a hold that becomes overdue is given back by whoever comes next, refused or not.
   *
   * @param seed the same gives the same requests
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
   * So many requests to one endpoint. Throws with the smallest one that is answered wrongly, or that was refused and
   * wrote something, with the seed and path that make it again.
   */
  async fuzz(endpoint: Endpoint, requests: number, seed: number): Promise<void> {
    const property = fc.asyncProperty(requestsTo(endpoint, this.#material), async request => {
      const fault = await this.#try(endpoint, request);
      if (fault !== undefined) throw new Error(`${fault}\n${told(request)}`);
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
    const wrong = changed.filter(table => !leftBy[endpoint.route]?.test(table));
    return wrong.length > 0
      ? `${answer.status} ${answer.text}, and yet it wrote to ${wrong.join(', ')}`
      : undefined;
  }
}

function told({ method, target, headers, body }: FuzzRequest): string {
  return JSON.stringify({ method, target, headers, body: body?.toString('latin1').slice(0, 2000) });
}
