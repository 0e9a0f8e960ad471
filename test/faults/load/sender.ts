import { Agent, request } from 'node:http';
import type { Role } from '../../../shared/kernel/endpoint.ts';

export interface Sent {
  /** 0 if there was no answer. */
  readonly status: number;
  readonly retryAfter: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: all kinds of bodies
  readonly body: any;
}

/** Sends requests over keep-alive connections, without retries. */
export class Sender {
  readonly #url: string;
  readonly #agent: Agent;
  readonly #tokens = new Map<string, string>();

  constructor(url: string, connectionsMax: number) {
    this.#url = url;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  }

  async token(role: Role, id: string): Promise<string> {
    const name = `${role} ${id}`;
    const known = this.#tokens.get(name);
    if (known) return known;
    const { body } = await this.send('POST', '/_local/tokens', { role, id });
    this.#tokens.set(name, body.token);
    return body.token;
  }

  async sendAs(role: Role, id: string, method: string, path: string, body?: unknown): Promise<Sent> {
    return this.send(method, path, body, await this.token(role, id));
  }

  send(method: string, path: string, body?: unknown, token?: string): Promise<Sent> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(bytes ? { 'content-type': 'application/json', 'content-length': bytes.length } : {}),
    };
    return new Promise(resolve => {
      const outgoing = request(`${this.#url}${path}`, { method, headers, agent: this.#agent }, answer => {
        const chunks: Buffer[] = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('error', () => resolve({ status: 0, retryAfter: undefined, body: undefined }));
        answer.on('end', () => {
          const retryAfter = answer.headers['retry-after'];
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: answer.statusCode ?? 0,
            retryAfter,
            body: text === '' ? undefined : JSON.parse(text),
          });
        });
      });
      outgoing.on('error', error =>
        resolve({ status: 0, retryAfter: undefined, body: { message: error.message } }),
      );
      outgoing.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
