/** Writes numbers and ids as variable-length bytes into a growing buffer. */
export class PackedWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;

  /** Writes an integer with 7 bits per byte, lowest first, so that small numbers are short. `signed` allows negatives. */
  number(value: number, signed = false): this {
    let rest = signed ? zigzag(value) : value;
    if (!Number.isSafeInteger(rest) || rest < 0) throw new Error(`${value} cannot be packed`);
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#push((rest % 128) + 128);
    this.#push(rest);
    return this;
  }

  /** Writes an id: ASCII, at most 128 characters. */
  id(text: string): this {
    this.number(text.length);
    for (let index = 0; index < text.length; index += 1) this.#push(text.charCodeAt(index));
    return this;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** Reads the values of a `PackedWriter` in the order in which they were written. */
export class PackedReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  number(signed = false): number {
    let value = 0;
    let weight = 1;
    for (;;) {
      const byte = this.#next();
      value += (byte % 128) * weight;
      if (byte < 128) return signed ? unzigzag(value) : value;
      weight *= 128;
    }
  }

  id(): string {
    const length = this.number();
    let text = '';
    for (let index = 0; index < length; index += 1) text += String.fromCharCode(this.#next());
    return text;
  }

  #next(): number {
    const byte = this.#bytes[this.#position++];
    if (byte === undefined) throw new Error('a packed block ends early');
    return byte;
  }
}

/** Zigzag encoding maps 0, -1, 1, -2, … to 0, 1, 2, 3, …, so that small negative numbers are short, too. */
function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
