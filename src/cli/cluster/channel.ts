import { type Clock, type ErrorCode, type Fault, SpillwayError } from '../../core/index.ts';

/** One end of a line between two processes. Sending never throws: what the other end misses, it does not answer. */
export interface Port {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** What one end answers, by name. */
// oxlint-disable-next-line typescript/no-explicit-any -- each side says what its own calls take
export type Calls = { readonly [Name: string]: (argument: any) => unknown };

/** Asks the other end. */
export interface Channel<Theirs extends Calls> {
  /** Rejects with the error of the other end, or with `DEADLINE_EXCEEDED` when it does not answer in time. */
  ask<Name extends keyof Theirs & string>(
    name: Name,
    argument: Parameters<Theirs[Name]>[0],
    timeoutMs: number,
  ): Promise<Awaited<ReturnType<Theirs[Name]>>>;
  /** Says something that needs no answer. */
  tell<Name extends keyof Theirs & string>(name: Name, argument: Parameters<Theirs[Name]>[0]): void;
}

interface Question {
  readonly spillway: 'question';
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly spillway: 'answer';
  readonly id: number;
  readonly value?: unknown;
  readonly error?: PlainError;
}

interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly faults: readonly Fault[];
  readonly details: Readonly<Record<string, unknown>>;
}

/** Opens one end of a line: `ours` answers what the other end asks, in the order in which it was asked. */
export function openChannel<Theirs extends Calls>(
  port: Port,
  ours: Calls,
  clock: Clock,
): Channel<Theirs> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;

  const respond = async ({ id, name, argument }: Question) => {
    const answer = { spillway: 'answer' as const, id };
    try {
      port.send({ ...answer, value: await ours[name]?.(argument) });
    } catch (error) {
      port.send({ ...answer, error: toPlain(error) });
    }
  };
  port.onMessage((message) => {
    if (!isOurs(message)) return;
    if (message.spillway === 'question') void respond(message);
    else waiting.get(message.id)?.(message);
  });
  const question = (name: string, argument: unknown): Question => ({
    spillway: 'question',
    id: ++lastId,
    name,
    argument,
  });

  return {
    ask(name, argument, timeoutMs) {
      const asked = question(name, argument);
      return new Promise((resolve, reject) => {
        const cancel = clock.schedule(() => {
          waiting.delete(asked.id);
          reject(new SpillwayError('DEADLINE_EXCEEDED', `no answer within ${timeoutMs} ms`));
        }, timeoutMs);
        waiting.set(asked.id, ({ value, error }) => {
          cancel();
          waiting.delete(asked.id);
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the other end answers what its calls say
          if (error === undefined) resolve(value as never);
          else reject(fromPlain(error));
        });
        port.send(asked);
      });
    },
    tell(name, argument) {
      port.send(question(name, argument));
    },
  };
}

function isOurs(message: unknown): message is Question | Answer {
  return typeof message === 'object' && message !== null && 'spillway' in message;
}

function toPlain(error: unknown): PlainError {
  if (SpillwayError.isInstance(error)) {
    const { code, message, faults } = error;
    const sendable = Object.entries(error.details).filter(([, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value),
    );
    const details = Object.fromEntries(sendable);
    return { code, message, faults, details };
  }
  const message = error instanceof Error ? error.message : 'unexpected error';
  return { code: 'INTERNAL', message, faults: [], details: {} };
}

function fromPlain({ code, message, faults, details }: PlainError): SpillwayError {
  return new SpillwayError(code, message, { faults, details });
}
