import { checkAnswer } from './check-answer.js';
import { Connection } from './connection.js';
import { createSchedule } from './schedule.js';
import { Tally } from './tally.js';

/**
 * Sends requests when they are due, however slow the answers to earlier ones are, and counts latency from then: a stall
 * of the server is seen by everyone who would have asked during it (no coordinated omission). Connections are kept alive
 * and reused, last used first; a further one is opened when none is free, up to `connections`, and beyond that requests
 * wait here, on their own time.
 */
export class OpenLoop {
  #plan;
  #due;
  #tally;
  #next = 0;
  #startedAt = 0;
  #isStopped = false;
  #idle = [];
  #open = 0;
  #waiting = [];
  #underWay = new Map();
  #finish;
  #sweep;

  constructor(plan) {
    this.#plan = { seed: 1, connections: 512, deadlineMs: 1000, giveUpMs: 10_000, ...plan };
    this.#due = createSchedule(this.#plan.phases, this.#plan.seed);
    this.#tally = new Tally(this.#plan.deadlineMs);
  }

  /** Gives the counts when everything that was due has been answered or lost. */
  run() {
    this.#startedAt = performance.now();
    this.#sweep = setInterval(() => this.#giveUp(), 100);
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#tick();
    });
  }

  /** Nothing more is sent; what is under way is waited for. */
  stop() {
    this.#isStopped = true;
  }

  #tick() {
    const now = performance.now() - this.#startedAt;
    while (this.#next < this.#due.length && this.#due[this.#next] <= now && !this.#isStopped) {
      this.#send(this.#createRequest(this.#next++));
    }
    const isOver = this.#isStopped || this.#next === this.#due.length;
    if (isOver && this.#underWay.size + this.#waiting.length === 0) return this.#end();
    // asleep between arrivals, unless even the time it takes to wake up is to be measured
    if (this.#plan.spin) setImmediate(() => this.#tick());
    else setTimeout(() => this.#tick(), 1);
  }

  #createRequest(index) {
    const { targets } = this.#plan;
    const target = targets[index % targets.length];
    const { text, answers } = target.bodies[index % target.bodies.length];
    const id = `chaos-${index}`;
    const headers = Object.entries(target.headers ?? {}).map(
      ([key, value]) => `${key}: ${value}\r\n`,
    );
    const bytes = `POST ${target.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-Request-Id: ${id}\r\n${headers.join('')}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
    return { id, bytes, answers, explained: target.explained ?? false, due: this.#due[index] };
  }

  #send(request) {
    let connection = this.#idle.pop();
    while (connection !== undefined && !connection.isOpen) connection = this.#idle.pop();
    if (connection === undefined) {
      if (this.#open >= this.#plan.connections) {
        this.#waiting.push(request);
        return;
      }
      this.#open++;
      const ports = this.#plan.ports;
      connection = new Connection(ports[this.#open % ports.length], {
        onAnswer: (answered, answer, free) => this.#answered(answered, answer, free),
        onLost: (lost, why) => this.#lost(lost, why),
        onClosed: () => {
          this.#open--;
          this.#sendWaiting();
        },
      });
    }
    this.#underWay.set(request, connection);
    this.#tally.sent(request.due, performance.now() - this.#startedAt - request.due);
    connection.send(request);
  }

  #answered(request, answer, connection) {
    const latencyMs = performance.now() - this.#startedAt - request.due;
    if (!this.#underWay.delete(request)) return;
    this.#tally.answered(request.due, latencyMs, checkAnswer(request, answer));
    if (connection.isOpen) this.#idle.push(connection);
    this.#sendWaiting();
  }

  #lost(request, why) {
    if (this.#underWay.delete(request)) this.#tally.lost(request.due, why);
  }

  #sendWaiting() {
    const request = this.#waiting.shift();
    if (request !== undefined) this.#send(request);
  }

  #giveUp() {
    const longAgo = performance.now() - this.#startedAt - this.#plan.giveUpMs;
    for (const [request, connection] of this.#underWay) {
      if (request.due < longAgo) connection.destroy(`no answer within ${this.#plan.giveUpMs} ms`);
    }
    while (this.#waiting.length > 0 && this.#waiting[0].due < longAgo) {
      const { due } = this.#waiting.shift();
      this.#tally.sent(due, this.#plan.giveUpMs);
      this.#tally.lost(due, 'no connection was free');
    }
  }

  #end() {
    clearInterval(this.#sweep);
    for (const connection of this.#idle) connection.destroy('the load is over');
    this.#finish(this.#tally.result());
  }
}
