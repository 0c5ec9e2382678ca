import { MessageChannel } from 'node:worker_threads';

/** Keeps the process alive while something is waited for that nothing else keeps it alive for. */
export class KeepAlive {
  // a port is the one handle that can be held and let go without a timer
  readonly #channel = new MessageChannel();
  #holders = 0;

  constructor() {
    this.#channel.port1.unref();
    this.#channel.port2.unref();
  }

  hold(): void {
    if (this.#holders++ === 0) this.#channel.port1.ref();
  }

  release(): void {
    if (--this.#holders === 0) this.#channel.port1.unref();
  }

  close(): void {
    this.#channel.port1.close();
  }
}
