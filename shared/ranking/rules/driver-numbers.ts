import { hash32 } from '../../kernel/hash32.ts';

const firstCapacity = 1024;

/**
 * A compact map from driverId to a number: an open-addressing hash table over typed arrays. A `Map` of a million ids,
 * with the same ids a second time in the standings, needs a hundred megabytes that a small function does not have.
 */
export class DriverNumbers {
  readonly #driverIds: string[] = [];
  #numbers = new Uint32Array(firstCapacity);
  /** Each used slot holds 1 + an index into the two columns above. Collisions take the next free slot; at most half full. */
  #slots = new Uint32Array(2 * firstCapacity);

  /** In insertion order. */
  get driverIds(): readonly string[] {
    return this.#driverIds;
  }

  set(driverId: string, number: number): void {
    const slot = this.#slotOf(driverId);
    const known = this.#slots[slot] ?? 0;
    if (known > 0) this.#numbers[known - 1] = number;
    else this.#append(driverId, number, slot);
  }

  /** Undefined for an unknown driver. Returns the stored id string, so that callers keep no second copy of it. */
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
