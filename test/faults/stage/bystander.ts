import type { Answer, Forward, Sent } from './wire.ts';

interface PutEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** Records what the bus accepted, even if the answer was lost. */
export class Bystander {
  /** In the order of acceptance. */
  readonly accepted: PutEntry[] = [];

  /** The ids of published events with the tag. A repeat has the same id. */
  idsFrom(source: string, tag: string): string[] {
    return this.accepted
      .filter(({ Source, Detail }) => Source === source && Detail.includes(tag))
      .map(({ Detail }) => JSON.parse(Detail).id);
  }

  /** Wraps the forwarding and records its result. */
  watched({ operation, body: own }: Sent, forward: Forward): Forward {
    if (operation !== 'EventBridge PutEvents') return forward;
    return async (body = own) => {
      const answer = await forward(body);
      this.#see(body, answer);
      return answer;
    };
  }

  #see(body: Buffer, answer: Answer): void {
    if (answer.status !== 200) return;
    const { Entries: sent } = JSON.parse(body.toString()) as { Entries: PutEntry[] };
    const { Entries: results } = JSON.parse(answer.body.toString()) as { Entries: { EventId?: string }[] };
    this.accepted.push(...sent.filter((_, index) => results[index]?.EventId !== undefined));
  }
}
