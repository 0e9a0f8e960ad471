/**
 * Replaces the global Date by one that adds the platform's clock offset to real time. The replacement shares
 * the original prototype, so that dates made earlier, or by Node itself, are still instances of Date.
 */
export function installClock(sharedOffset: SharedArrayBuffer): void {
  const RealDate = Date;
  const offset = new BigInt64Array(sharedOffset);
  const now = () => RealDate.now() + Number(Atomics.load(offset, 0));
  function LocalDate(...values: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    return Reflect.construct(RealDate, values.length === 0 ? [now()] : values, new.target);
  }
  Object.defineProperties(LocalDate, {
    ...Object.getOwnPropertyDescriptors(RealDate),
    name: { value: 'Date' },
    now: { value: now, writable: true, configurable: true },
  });
  Object.defineProperty(RealDate.prototype, 'constructor', {
    value: LocalDate,
    writable: true,
    configurable: true,
  });
  globalThis.Date = LocalDate as unknown as DateConstructor;
}
