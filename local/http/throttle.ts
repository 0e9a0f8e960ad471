import type { Throttle, ThrottleModel } from '../template/model.ts';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** One token bucket per route, with the stage's settings. `now` is a monotonic time in milliseconds. */
export function createThrottle(model: ThrottleModel): (routeKey: string, now: number) => boolean {
  const buckets = new Map<string, Bucket>();
  return (routeKey, now) => {
    const limit: Throttle | undefined = model.byRoute.get(routeKey) ?? model.byDefault;
    if (limit === undefined) return true;
    const bucket = buckets.get(routeKey) ?? { tokens: limit.burst, filledAt: now };
    const refill = ((now - bucket.filledAt) / 1000) * limit.perSecond;
    const tokens = Math.min(limit.burst, bucket.tokens + refill);
    const allowed = tokens >= 1;
    buckets.set(routeKey, { tokens: allowed ? tokens - 1 : tokens, filledAt: now });
    return allowed;
  };
}
