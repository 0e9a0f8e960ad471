import { randomInt } from 'node:crypto';
import * as z from 'zod';
import type { State } from '../state/state.ts';
import type { GenerateSecret, SecretModel } from '../template/model.ts';
import { AwsError } from './aws-error.ts';

const getSecretValue = z.object({ SecretId: z.string() });

/** GetSecretValue. Generates each secret once per data folder; its value then stays the same. */
export function createSecretsManager(state: State, secrets: SecretModel[]) {
  for (const { name, generate } of secrets) {
    const key = settingOf(name);
    if (generate !== undefined && state.setting(key) === undefined)
      state.setSetting(key, generated(generate));
  }
  return {
    GetSecretValue(input: unknown): object {
      const { SecretId } = getSecretValue.parse(input);
      const secret = secrets.find(({ name, arn }) => name === SecretId || arn === SecretId);
      const value = secret && (secret.fixed ?? state.setting(settingOf(secret.name)));
      if (secret === undefined || value === undefined) {
        throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: '00000000-0000-0000-0000-000000000001',
        VersionStages: ['AWSCURRENT'],
        SecretString: value,
      };
    },
  };
}

const settingOf = (name: string) => `secret:${name}`;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

function generated(options: GenerateSecret): string {
  const all = letters + (options.excludePunctuation ? '' : punctuation) + (options.includeSpace ? ' ' : '');
  const alphabet = [...all].filter(character => !options.excludeCharacters.includes(character));
  const password = Array.from(
    { length: options.passwordLength },
    () => alphabet[randomInt(alphabet.length)],
  ).join('');
  if (options.template === undefined || options.key === undefined) return password;
  return JSON.stringify({ ...JSON.parse(options.template), [options.key]: password });
}
