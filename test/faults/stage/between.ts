import type { FunctionHooks } from '../../../local/workers/function-hooks.ts';

/** Long enough for a busy machine, and short enough to be waited for at every call. */
const answerWithinMs = 700;

/** Gives functions the wire's address in place of the services', and each an access key that tells who calls. */
export function onTheWire(wireUrl: string): Required<Pick<FunctionHooks, 'environment'>> {
  return {
    environment: (functionName, own) => {
      const { AWS_ENDPOINT_URL: aws = '' } = own;
      const moved = Object.entries(own).map(([name, value]) => [name, value.replace(aws, wireUrl)]);
      return {
        ...Object.fromEntries(moved),
        AWS_ENDPOINT_URL_DYNAMODB: wireUrl,
        AWS_ACCESS_KEY_ID: functionName,
        ANSWER_WITHIN_MS: String(answerWithinMs),
      };
    },
  };
}
