import { checkAnswer } from './check-answer.js';
import { openConnection } from './connection.js';
import { createSchedule } from './schedule.js';
import { createTally } from './tally.js';

/**
 * Sends requests when they are due, however slow the answers to earlier ones are, and counts latency from then: a stall
 * of the server is seen by everyone who would have asked during it (no coordinated omission). Connections are kept alive
 * and reused, last used first; a further one is opened when none is free, up to `connections`, and beyond that requests
 * wait here, on their own time; `opens` of them are opened before the first request; one that is unused for `idleMs` is closed. Gives `started`, `done`, a promise of the counts once everything that was due is answered or lost, and
 * `stop`, after which nothing more is sent.
 */
export function startOpenLoop(plan) {
  const { phases, targets, ports, spin = false, idleMs = Number.POSITIVE_INFINITY } = plan;
  const { seed = 1, connections = 512, deadlineMs = 1000, giveUpMs = 10_000, opens = 0 } = plan;
  const schedule = createSchedule(phases, seed);
  const tally = createTally(deadlineMs);
  const idle = [];
  const waiting = [];
  const underWay = new Map();
  let open = 0;
  let next = 0;
  let isStopped = false;
  let startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const sweep = setInterval(giveUp, 100);
  const started = openAhead();
  const done = started.then(() => new Promise((resolve) => tick(resolve)));
  return {
    started,
    done,
    stop() {
      isStopped = true;
    },
  };

  function tick(resolve) {
    const time = now();
    if (isStopped) next = schedule.length;
    while (next < schedule.length && schedule[next] <= time) send(request(next++));
    if (next === schedule.length && underWay.size + waiting.length === 0) {
      clearInterval(sweep);
      for (const connection of idle) connection.destroy('the load is over');
      resolve(tally.result());
    } else if (spin) {
      setImmediate(tick, resolve);
    } else {
      // asleep between arrivals, unless even the time it takes to wake up is to be measured
      setTimeout(tick, 1, resolve);
    }
  }

  function request(index) {
    const { path, bodies, headers = {}, explained = false } = targets[index % targets.length];
    const { text, answers } = bodies[index % bodies.length];
    const id = `chaos-${index}`;
    const more = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`);
    const bytes = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-Request-Id: ${id}\r\n${more.join('')}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
    return { id, bytes, answers, explained, due: schedule[index] };
  }

  function send(one) {
    let connection = idle.pop();
    while (connection !== undefined && !connection.isOpen) connection = idle.pop();
    if (connection === undefined && open >= connections) {
      waiting.push(one);
      return;
    }
    connection ??= openOne();
    underWay.set(one, connection);
    tally.sent(one.due, now() - one.due);
    connection.send(one);
  }

  function openOne(onOpen) {
    return openConnection(ports[open++ % ports.length], {
      onOpen,
      onAnswer: answered,
      onLost: lost,
      onClosed() {
        open--;
        onOpen?.();
        sendWaiting();
      },
    });
  }

  /** Some at a time: a listener takes no more at once than its backlog holds, and who is left out waits for a second. */
  async function openAhead() {
    for (let opened = 0; opened < opens; opened += 64) {
      const batch = Array.from(
        { length: Math.min(64, opens - opened) },
        () =>
          new Promise((resolve) => {
            const connection = openOne(resolve);
            connection.idleSince = 0;
            idle.push(connection);
          }),
      );
      await Promise.all(batch);
    }
    startedAt = performance.now();
  }

  function answered(one, answer, connection) {
    const latencyMs = now() - one.due;
    if (!underWay.delete(one)) return;
    tally.answered(one.due, latencyMs, checkAnswer(one, answer));
    if (connection.isOpen) {
      connection.idleSince = now();
      idle.push(connection);
    }
    sendWaiting();
  }

  function lost(one, why) {
    if (underWay.delete(one)) tally.lost(one.due, why);
  }

  function sendWaiting() {
    const one = waiting.shift();
    if (one !== undefined) send(one);
  }

  function giveUp() {
    // last used first, so that those unused for longest stand in front
    while (idle.length > 0 && idle[0].idleSince < now() - idleMs) {
      idle.shift().destroy('unused for long');
    }
    const longAgo = now() - giveUpMs;
    for (const [{ due }, connection] of underWay) {
      if (due < longAgo) connection.destroy(`no answer within ${giveUpMs} ms`);
    }
    while (waiting.length > 0 && waiting[0].due < longAgo) {
      const { due } = waiting.shift();
      tally.sent(due, giveUpMs);
      tally.lost(due, 'no connection was free');
    }
  }
}
