import { type FunctionName, functionSpecs } from '../../../infra/functions/index.ts';
import prices from '../../../infra/prices.json' with { type: 'json' };

type Price = keyof typeof prices.prices;
const { platformLogBytes, accessLogBytes, metricLogBytes } = prices.assumed;

/** Adds up what an operation uses, times the number of operations, by service. */
export class Bill {
  readonly dollars = new Map<string, number>();
  private readonly times: number;

  constructor(times: number) {
    this.times = times;
  }

  get sum(): number {
    return [...this.dollars.values()].reduce((total, part) => total + part, 0);
  }

  add(part: string, price: Price, quantityEach: number): this {
    const { dollars, per } = prices.prices[price];
    this.dollars.set(part, (this.dollars.get(part) ?? 0) + (quantityEach * this.times * dollars) / per);
    return this;
  }

  /** Invocations of a function and their logs. */
  invoke(name: FunctionName, times: number, ms: number): this {
    this.add('functions', 'functionRequest', times);
    this.add('functions', 'functionTime', (times * ms * functionSpecs[name].memoryMb) / 1024 / 1000);
    return this.add('logs', 'logByte', times * (platformLogBytes + metricLogBytes));
  }

  request(times: number, answerBytes: number): this {
    this.add('API', 'httpApiRequest', times);
    this.add('API', 'bytesOut', times * answerBytes);
    return this.add('logs', 'logByte', times * accessLogBytes);
  }

  tables(writeUnits: number, readUnits: number): this {
    return this.add('tables', 'writeUnit', writeUnits).add('tables', 'readUnit', readUnits);
  }

  /** Events on the bus, which also go to its archive. */
  bus(events: number, bytesEach: number): this {
    return this.add('bus', 'busEvent', events).add('bus', 'busArchive', events * bytesEach);
  }
}

export function money(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}
