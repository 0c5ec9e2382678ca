// One keep-alive connection on a raw socket, one request at a time: cheap enough not to be what is measured.
import { connect } from 'node:net';

/** Sends requests and tells of each exactly one of `onAnswer(request, answer)` and `onLost(request, why)`. */
export class Connection {
  #socket;
  #events;
  #request = null;
  #bytes = null;
  #head = null;
  #bodyStart = 0;
  #bodyEnd = -1;
  #error = 'closed before an answer';
  isOpen = true;

  constructor(port, events) {
    this.#events = events;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (data) => this.#read(data));
    this.#socket.on('error', ({ code, message }) => {
      this.#error = code ?? message;
    });
    this.#socket.on('close', () => this.#closed());
    // a server that has closed its half takes nothing more
    this.#socket.on('end', () => {
      this.isOpen = false;
    });
  }

  send(request) {
    this.#request = request;
    this.#socket.write(request.bytes);
  }

  /** Ends it; a request under way is lost for `why`. */
  destroy(why) {
    this.#error = why;
    this.isOpen = false;
    this.#socket.destroy();
  }

  #read(data) {
    this.#bytes = this.#bytes === null ? data : Buffer.concat([this.#bytes, data]);
    while (this.#bytes !== null) {
      if (this.#request === null) return this.destroy('bytes that nobody asked for');
      if (this.#head === null && !this.#readHead()) return;
      if (this.#head !== null && this.#bytes.length < this.#bodyEnd) return;
      if (this.#head !== null) this.#answer();
    }
  }

  /** Whether there was a head to read; an interim answer (1xx) is passed over. */
  #readHead() {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end === -1) return false;
    const head = this.#bytes.latin1Slice(0, end + 2);
    if (head.startsWith('HTTP/1.1 1')) {
      this.#bytes = this.#bytes.length === end + 4 ? null : this.#bytes.subarray(end + 4);
      return true;
    }
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head);
    if (length === null || !head.startsWith('HTTP/1.1 ')) {
      this.destroy('an answer without a length');
      return false;
    }
    this.#head = head;
    this.#bodyStart = end + 4;
    this.#bodyEnd = end + 4 + Number(length[1]);
    return true;
  }

  #answer() {
    const head = this.#head;
    const body = this.#bytes.utf8Slice(this.#bodyStart, this.#bodyEnd);
    this.#bytes = this.#bytes.length === this.#bodyEnd ? null : this.#bytes.subarray(this.#bodyEnd);
    this.#head = null;
    const request = this.#request;
    this.#request = null;
    if (/\r\nconnection: *close\r\n/i.test(head)) {
      this.isOpen = false;
      this.#socket.end();
    }
    this.#events.onAnswer(request, { status: Number(head.slice(9, 12)), head, body }, this);
  }

  #closed() {
    this.isOpen = false;
    const request = this.#request;
    this.#request = null;
    const why = this.#bytes === null ? this.#error : `${this.#error}, in the middle of an answer`;
    if (request !== null) this.#events.onLost(request, why);
    this.#events.onClosed(this);
  }
}
