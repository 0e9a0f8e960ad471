import type { State } from './state.ts';

const setting = 'clock-offset-ms';

/** Clock of all functions and schedules: real time plus an offset, which workers read from shared memory. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Sets the clock to epoch milliseconds, or back to real time with null. The offset is stored in the data
   * folder.
   */
  set(now: number | null): void;
  onChange(listener: () => void): void;
  /** One BigInt64: the offset from real time in milliseconds. */
  sharedOffset: SharedArrayBuffer;
}

export function createClock(state: State): Clock {
  const sharedOffset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const offset = new BigInt64Array(sharedOffset);
  const listeners: (() => void)[] = [];
  Atomics.store(offset, 0, BigInt(state.setting(setting) ?? '0'));
  return {
    sharedOffset,
    now: () => Date.now() + Number(Atomics.load(offset, 0)),
    set(now) {
      const offsetMs = BigInt(now === null ? 0 : Math.round(now) - Date.now());
      state.setSetting(setting, String(offsetMs));
      Atomics.store(offset, 0, offsetMs);
      for (const listener of listeners) listener();
    },
    onChange: listener => void listeners.push(listener),
  };
}
