import { hash32 } from '../../kernel/hash32.ts';

const firstCapacity = 1024;

/**
 * A number for each driver. Names are found by a table of numbers: a Map of a million names, and the same names once
 * more in the standings, take a hundred megabytes that a small function has not got.
 */
export class DriverNumbers {
  readonly #driverIds: string[] = [];
  #numbers = new Uint32Array(firstCapacity);
  /** Places in the two above, counted from 1, each at the first free slot behind its hash; never more than half full. */
  #slots = new Uint32Array(2 * firstCapacity);

  /** In the order in which they came. */
  get driverIds(): readonly string[] {
    return this.#driverIds;
  }

  set(driverId: string, number: number): void {
    const slot = this.#slotOf(driverId);
    const known = this.#slots[slot] ?? 0;
    if (known > 0) this.#numbers[known - 1] = number;
    else this.#append(driverId, number, slot);
  }

  /** Undefined where nobody knows the driver; else with the name as it is held here, so that it is held once. */
  get(driverId: string): { readonly driverId: string; readonly number: number } | undefined {
    const index = (this.#slots[this.#slotOf(driverId)] ?? 0) - 1;
    const known = this.#driverIds[index];
    if (known === undefined) return undefined;
    return { driverId: known, number: this.#numbers[index] ?? 0 };
  }

  #append(driverId: string, number: number, slot: number): void {
    const count = this.#driverIds.push(driverId);
    this.#slots[slot] = count;
    if (count > this.#numbers.length) this.#grow();
    this.#numbers[count - 1] = number;
  }

  #slotOf(driverId: string): number {
    const mask = this.#slots.length - 1;
    let slot = hash32(driverId) & mask;
    for (;;) {
      const known = this.#slots[slot] ?? 0;
      if (known === 0 || this.#driverIds[known - 1] === driverId) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const capacity = this.#numbers.length * 2;
    const numbers = new Uint32Array(capacity);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    this.#slots = new Uint32Array(2 * capacity);
    for (const [index, driverId] of this.#driverIds.entries())
      this.#slots[this.#slotOf(driverId)] = index + 1;
  }
}
