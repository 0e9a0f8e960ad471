import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CodeKeys, type Codes, codesFrom } from '../store/codes.ts';
import { required } from './environment.ts';
import { serviceConfig } from './services.ts';

const client = new SecretsManagerClient(serviceConfig);
let codes: Promise<Codes> | undefined;

/** The codes by the keys of the secret, read once by each running function. One that cannot be read is asked for again. */
export function openCodes(): Promise<Codes> {
  codes ??= read().catch(error => {
    codes = undefined;
    throw error;
  });
  return codes;
}

async function read(): Promise<Codes> {
  const secret = required('CODE_KEYS_SECRET_ARN');
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  return codesFrom(CodeKeys.parse(JSON.parse(SecretString)));
}
