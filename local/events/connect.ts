import type { Clock } from '../state/clock.ts';
import type { State } from '../state/state.ts';
import type { StreamSource } from '../tables/stream-source.ts';
import type { Model } from '../template/model.ts';
import type { Between } from '../workers/between.ts';
import { Functions } from '../workers/functions.ts';
import type { Metrics } from '../workers/metrics.ts';
import { Bus } from './bus.ts';
import { Drain } from './drain.ts';
import { QueueConsumer } from './queue-consumer.ts';
import { Queues } from './queues.ts';
import { StreamConsumer } from './stream-consumer.ts';
import { StreamTrimmer } from './stream-trimmer.ts';

export interface ConnectParts {
  model: Model;
  state: State;
  clock: Clock;
  source: StreamSource;
  metrics: Metrics;
  log(line: string): void;
  functions: {
    assetFolder(s3Key: string): string;
    logFolder: string;
    awsEndpoint: string;
    dynamoDbEndpoint: string;
    accessKeyId(functionName: string): string;
    concurrencyMax: number;
    between: Between;
  };
}

export interface Events {
  functions: Functions;
  queues: Queues;
  bus: Bus;
  drain: Drain;
  deadLetterQueues: Set<string>;
  /** Begins to work off what is there; before it everything is only taken in. */
  start(): void;
  close(): Promise<void>;
}

/** Puts functions, bus, queues and streams together, so that each wakes those that may have work by it. */
export async function connectEvents(parts: ConnectParts): Promise<Events> {
  const { model, state, clock, source, metrics, log } = parts;
  const drain = new Drain();
  const onSettled = () => drain.noteActivity();
  const streamConsumers: StreamConsumer[] = [];
  const wakeStreams = () => {
    for (const consumer of streamConsumers) consumer.wake();
  };
  const functions = new Functions({
    ...parts.functions,
    models: model.functions,
    sharedOffset: clock.sharedOffset,
    metrics,
    onInvoked: wakeStreams,
  });
  const queues = new Queues(state, clock, model.queues);
  const bus = new Bus({
    state,
    clock,
    queues,
    functions,
    models: model.functions,
    rules: model.rules,
    onSettled,
  });
  const queueConsumers = model.queueMappings.map(
    mapping => new QueueConsumer(mapping, queues, functions, drain, onSettled),
  );
  for (const mapping of model.streamMappings) {
    const functionModel = model.functions.get(mapping.functionName);
    if (functionModel === undefined) throw new Error(`there is no function ${mapping.functionName}`);
    streamConsumers.push(
      new StreamConsumer({
        ...{ mapping, source, state, clock, functions, queues, log, onSettled },
        model: functionModel,
        hurry: drain,
        onRest: () => drain.lookAgain(),
      }),
    );
  }
  const trimmer = new StreamTrimmer(source, streamConsumers, log);
  const deadLetterQueues = deadLetterQueuesOf(model);
  drain.connect({ bus, queues, queueConsumers, streamConsumers, source });
  await Promise.all(streamConsumers.map(consumer => consumer.open()));
  return {
    ...{ functions, queues, bus, drain, deadLetterQueues },
    start() {
      source.onChange(wakeStreams);
      bus.wake();
      for (const consumer of queueConsumers) consumer.wake();
      wakeStreams();
      trimmer.start();
    },
    async close() {
      trimmer.close();
      bus.close();
      for (const consumer of [...queueConsumers, ...streamConsumers]) consumer.close();
      await functions.close();
    },
  };
}

/** Queues that some queue, function, rule, stream or schedule sends its failures to. */
function deadLetterQueuesOf(model: Model): Set<string> {
  const names = [
    ...[...model.queues.values()].map(({ redrive }) => redrive?.queue),
    ...[...model.functions.values()].map(({ asyncFailureQueue }) => asyncFailureQueue),
    ...model.rules.flatMap(({ targets }) => targets.map(({ deadLetters }) => deadLetters)),
    ...model.streamMappings.map(({ failureQueue }) => failureQueue),
    ...model.schedules.map(({ deadLetters }) => deadLetters),
  ];
  return new Set(names.filter(name => name !== undefined));
}
