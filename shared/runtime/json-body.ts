import type { Refusal } from '../kernel/refusal.ts';

/** The largest body: a hundred events with all their evidence in Chinese take some 850 kB. */
export const bodyBytesMax = 900_000;

/** The replacement character: the gateway that decoded the body put it where bytes were not UTF-8. */
const notUtf8 = '\uFFFD';

/** The deepest body of the contract has 6 levels. */
const depthMax = 16;

/** Parses a body as JSON. Size and depth are checked first, so that a hostile body costs little. */
export function parseJsonBody(
  body: string | undefined,
  isBase64: boolean,
): { readonly value: unknown } | Refusal<'malformed' | 'too-large'> {
  if (body === undefined || body === '') return malformed('Send a JSON body.');
  const text = isBase64 ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > bodyBytesMax) {
    return { refusal: 'too-large', detail: `Send at most ${bodyBytesMax} bytes in one body.` };
  }
  if (text.includes(notUtf8)) return malformed('Send the body in UTF-8.');
  if (depthOf(text) > depthMax) return malformed(`Nest at most ${depthMax} levels of objects and arrays.`);
  try {
    return { value: JSON.parse(text) };
  } catch {
    return malformed('The body is not JSON. Send one JSON object.');
  }
}

function malformed(detail: string): Refusal<'malformed'> {
  return { refusal: 'malformed', detail };
}

/** The depth to which brackets are nested, not counting those inside strings. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') {
      inString = true;
    } else if (character === '{' || character === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === '}' || character === ']') {
      depth -= 1;
    }
  }
  return deepest;
}
