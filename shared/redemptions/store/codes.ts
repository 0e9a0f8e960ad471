import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod';

/** Crockford's: no I, L, O or U, so that a code read aloud or off a cracked screen has one spelling. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 10;
const codePattern = new RegExp(`^[${alphabet}]{${codeLength}}$`);
const secretCharactersMin = 32;

/**
 * The keys by version (0 to 31), and which of them new codes are made with. Old ones stay: a repeat of an old
 * Idempotency-Key is recognised by the key of its time.
 */
export const CodeKeys = z
  .record(z.string(), z.string())
  .refine(
    ({ current, ...keys }) =>
      current !== undefined &&
      current in keys &&
      Object.entries(keys).every(
        ([version, secret]) => isVersion(version) && secret.length >= secretCharactersMin,
      ),
    'must be { current: version, version: secret, … }',
  );
export type CodeKeys = z.infer<typeof CodeKeys>;

/** A code that a seed gives, and the redemption that it stands for. */
export interface Candidate {
  readonly code: string;
  readonly redemptionId: string;
  readonly keyVersion: string;
}

export interface Codes {
  /** By every key, the current one first. */
  readonly candidates: (seed: string) => readonly [Candidate, ...Candidate[]];
  /** The code again; undefined where its key is kept no longer. */
  readonly codeOf: (seed: string, keyVersion: string) => string | undefined;
  /** The redemption that a code stands for, however it was typed; undefined for what can be no code. */
  readonly redemptionIdOf: (typed: string) => string | undefined;
}

/**
 * Names a driver's request for ever, without saying what it was. `turn` counts up where another request's code
 * happens to be the same.
 */
export function seedOf(driverId: string, idempotencyKey: string, turn: number): string {
  const text = JSON.stringify([driverId, idempotencyKey, turn]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** Codes are derived from the keys whenever they are needed, and kept nowhere. */
export function codesFrom({ current = '', ...keys }: CodeKeys): Codes {
  const candidate = (seed: string, keyVersion: string): Candidate => {
    const code = derivedCode(keys[keyVersion] ?? '', seed, keyVersion);
    return { code, redemptionId: derivedId(keys[keyVersion] ?? '', code), keyVersion };
  };
  const older = Object.keys(keys).filter(version => version !== current);
  return {
    candidates: seed => [candidate(seed, current), ...older.map(version => candidate(seed, version))],
    codeOf: (seed, keyVersion) => (keyVersion in keys ? candidate(seed, keyVersion).code : undefined),
    redemptionIdOf: typed => {
      const code = normalised(typed);
      const secret = keys[String(alphabet.indexOf(code.charAt(0)))];
      return codePattern.test(code) && secret !== undefined ? derivedId(secret, code) : undefined;
    },
  };
}

/** As people type: any case, full-width letters, spaces and hyphens, O for 0, I or L for 1. */
function normalised(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
}

/** The first character tells the key; nine more of 5 bits each are for nobody to guess. */
function derivedCode(secret: string, seed: string, keyVersion: string): string {
  const digest = createHmac('sha256', secret).update(`code:${seed}`).digest();
  const rest = [...digest.subarray(0, codeLength - 1)].map(byte => alphabet.charAt(byte % alphabet.length));
  return alphabet.charAt(Number(keyVersion)) + rest.join('');
}

function derivedId(secret: string, code: string): string {
  return `r-${createHmac('sha256', secret).update(`redemption:${code}`).digest('hex').slice(0, 32)}`;
}

function isVersion(text: string): boolean {
  return /^(0|[1-9]\d?)$/.test(text) && Number(text) < alphabet.length;
}
