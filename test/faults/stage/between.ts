import type { FunctionHooks } from '../../../local/workers/function-hooks.ts';

/** The SDK's time-out in these tests: long enough for a busy machine, short enough to wait for at every call. */
const answerWithinMs = 700;

/** Points functions to the wire instead of the services, with an access key that identifies the function. */
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
