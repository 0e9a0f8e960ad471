import type { Clock } from '../state/clock.ts';
import type { State } from '../state/state.ts';
import type { StreamSource } from '../tables/stream-source.ts';
import type { Model } from '../template/model.ts';
import { type FunctionSettings, Functions } from '../workers/functions.ts';
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
  functions: FunctionSettings;
}

export interface Events {
  functions: Functions;
  queues: Queues;
  bus: Bus;
  drain: Drain;
  /** Queues to which a queue, function, rule, stream or schedule sends its failures. */
  deadLetterQueues: Set<string>;
  /** Starts processing. Until then events and messages are only stored. */
  start(): void;
  close(): Promise<void>;
}

/**
 * Creates functions, bus, queues and stream consumers, and connects them: whatever creates work for a consumer
 * wakes it.
 */
export async function connectEvents(parts: ConnectParts): Promise<Events> {
  const { model, state, clock, source, metrics, log } = parts;
  const drain = new Drain();
  const onProgress = () => drain.noteActivity();
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
    onProgress,
  });
  const queueConsumers = model.queueMappings.map(
    mapping => new QueueConsumer(mapping, queues, functions, drain, onProgress),
  );
  for (const mapping of model.streamMappings) {
    const functionModel = model.functions.get(mapping.functionName);
    if (functionModel === undefined)
      throw new Error(`the templates define no function ${mapping.functionName}`);
    streamConsumers.push(
      new StreamConsumer({
        ...{ mapping, source, state, clock, functions, queues, log, drain, onProgress },
        model: functionModel,
        onIdle: () => drain.checkNow(),
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
