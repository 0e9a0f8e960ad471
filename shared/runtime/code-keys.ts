import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CodeKeys, type Codes, codesFrom } from '../redemptions/store/codes.ts';
import { monotonicMs } from './clock.ts';
import { required } from './environment.ts';
import { serviceConfig } from './services.ts';

/** So long a running function may go without knowing of a new key; docs/redemptions.md says what follows from it. */
const keptMs = 5 * 60_000;

const client = new SecretsManagerClient(serviceConfig);
let opened: { readonly codes: Promise<Codes>; readonly readAtMs: number } | undefined;

/** The codes by the keys of the secret. Where it cannot be read again, those that were read last go on. */
export function openCodes(): Promise<Codes> {
  const nowMs = monotonicMs();
  if (opened && nowMs - opened.readAtMs < keptMs) return opened.codes;
  const last = opened?.codes;
  const codes = read().catch(error => {
    if (last) return last;
    opened = undefined;
    throw error;
  });
  opened = { codes, readAtMs: nowMs };
  return codes;
}

async function read(): Promise<Codes> {
  const secret = required('CODE_KEYS_SECRET_ARN');
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  return codesFrom(CodeKeys.parse(JSON.parse(SecretString)));
}
