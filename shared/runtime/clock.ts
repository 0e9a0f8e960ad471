/** The one place where the time is read; everything below takes it as an argument. */
export const now = (): number => Date.now();

/** Milliseconds that no setting of the wall clock moves. */
export const monotonicMs = (): number => performance.now();
