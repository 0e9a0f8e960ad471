import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metrics } from './metrics.ts';

const fileBytesMax = 5_000_000;

/**
 * Appends the output of one function to `<function>.log` and passes each line to the metrics. Rotates at 5
 * MB.
 */
export class FunctionLog {
  readonly #path: string;
  readonly #functionName: string;
  readonly #metrics: Metrics;
  #file: number;
  #bytes: number;
  /** Output after the last newline. */
  #partialLine = '';
  #closed = false;

  constructor(folder: string, functionName: string, metrics: Metrics) {
    mkdirSync(folder, { recursive: true });
    this.#path = join(folder, `${functionName}.log`);
    this.#functionName = functionName;
    this.#metrics = metrics;
    this.#file = openSync(this.#path, 'a');
    this.#bytes = fstatSync(this.#file).size;
  }

  write(text: string): void {
    if (this.#closed) return; // a worker that is being terminated may still send output
    const lines = (this.#partialLine + text).split('\n');
    this.#partialLine = lines.pop() ?? '';
    if (lines.length === 0) return;
    for (const line of lines) this.#metrics.readLine(this.#functionName, line);
    this.#append(`${lines.join('\n')}\n`);
  }

  close(): void {
    this.#closed = true;
    if (this.#partialLine !== '') this.#append(`${this.#partialLine}\n`);
    closeSync(this.#file);
  }

  #append(text: string): void {
    this.#bytes += writeSync(this.#file, text);
    if (this.#bytes < fileBytesMax) return;
    closeSync(this.#file);
    mkdirSync(dirname(this.#path), { recursive: true });
    if (existsSync(this.#path)) renameSync(this.#path, `${this.#path}.1`); // the file is absent if a user deleted it
    this.#file = openSync(this.#path, 'a');
    this.#bytes = 0;
  }
}
