/** Bytes of a body at most: a hundred events with all their evidence are some 850 kB where it is in Chinese. */
export const bodyBytesMax = 900_000;

/** What stands where bytes were no UTF-8, in whichever gateway they were decoded. */
const notUtf8 = '\uFFFD';

/** Nothing that the contract knows is nested deeper than 6. */
const depthMax = 16;

export type BodyProblem = { readonly problem: 'malformed' | 'too-large'; readonly detail: string };

/** The body as JSON, or why it is none. Looked at for size and depth before it is parsed. */
export function parseJsonBody(body: string | undefined, isBase64: boolean): { value: unknown } | BodyProblem {
  if (body === undefined || body === '') return { problem: 'malformed', detail: 'a JSON body is needed' };
  const text = isBase64 ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > bodyBytesMax) {
    return { problem: 'too-large', detail: `a body may have ${bodyBytesMax} bytes` };
  }
  if (text.includes(notUtf8)) return { problem: 'malformed', detail: 'the body is not UTF-8' };
  if (depthOf(text) > depthMax) return { problem: 'malformed', detail: `nested deeper than ${depthMax}` };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: 'malformed', detail: 'the body is not JSON' };
  }
}

/** How deep brackets are nested, those inside strings left out. */
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
