import type * as z from 'zod';
import type { Endpoint, MediaType } from '../kernel/endpoint.ts';
import { isRefusal, type Refusal, type RefusalWord } from '../kernel/refusal.ts';

/** A body that the handler has rendered. `Value` is what the text of a JSON body says. */
export class Rendered<Media extends MediaType, Value = string> {
  readonly media: Media;
  readonly text: string;
  declare readonly value: Value;
  constructor(media: Media, text: string) {
    this.media = media;
    this.text = text;
  }
}

/** JSON whose length or digest the handler needs before it replies. */
export function renderedJson<Value>(value: Value): Rendered<'application/json', Value> {
  return new Rendered('application/json', JSON.stringify(value));
}

export interface Reply<Status extends number = number, Body = unknown> {
  readonly status: Status;
  /** A value to send as JSON, a rendered text, or `undefined` for no body. */
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

/** Replies with this status and body. A refusal in place of the body is returned as it is. */
export function reply<Status extends number, Body>(
  status: Status,
  body: Body,
  headers: Readonly<Record<string, string>> = {},
): Reply<Status, Exclude<Body, Refusal>> | Extract<Body, Refusal> {
  if (isRefusal(body)) return body as Extract<Body, Refusal>;
  return { status, body: body as Exclude<Body, Refusal>, headers };
}

/** What a handler may answer: a status with a body of the status's schema, or a refusal that the endpoint declares. */
export type AnswerOf<E extends Endpoint> = ReplyOf<E> | Refusal<E['refusals'][number] & RefusalWord>;

type ReplyOf<E extends Endpoint> = {
  [Status in keyof E['answers'] & number]: Reply<Status, BodyOf<E['answers'][Status], MediaOf<E>>>;
}[keyof E['answers'] & number];

type MediaOf<E extends Endpoint> = E extends { readonly media: readonly (infer Media)[] }
  ? Media & MediaType
  : 'application/json';

type BodyOf<Schema extends z.ZodType, Media extends MediaType> = Schema extends z.ZodUndefined
  ? undefined
  : {
      [M in Media]: M extends 'application/json'
        ? Immutable<z.input<Schema>> | Rendered<M, Immutable<z.input<Schema>>>
        : Rendered<M>;
    }[Media];

/** A value that is sent is not changed any more, so that read-only parts may be in it. */
type Immutable<T> = T extends object ? { readonly [Name in keyof T]: Immutable<T[Name]> } : T;
