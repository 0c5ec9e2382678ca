// One keep-alive connection on a raw socket, one request at a time: cheap enough not to be what is measured.
import { connect } from 'node:net';

/**
 * Opens a connection that sends requests (`{ bytes }`) and tells of each exactly one of `onAnswer(request, answer,
 * connection)` and `onLost(request, why)`; before that `onOpen()`, if given, and in the end `onClosed()`.
 */
export function openConnection(port, { onOpen, onAnswer, onLost, onClosed }) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let request = null;
  let bytes = null;
  let head = null;
  let bodyStart = 0;
  let bodyEnd = -1;
  let reason = 'closed before an answer';

  const connection = {
    isOpen: true,
    send(next) {
      request = next;
      socket.write(next.bytes);
    },
    /** Ends it; a request under way is lost for `why`. */
    destroy(why) {
      reason = why;
      connection.isOpen = false;
      socket.destroy();
    },
  };

  socket.on('data', (data) => {
    bytes = bytes === null ? data : Buffer.concat([bytes, data]);
    while (bytes !== null) {
      if (request === null) return connection.destroy('bytes that nobody asked for');
      if (head === null && !readHead()) return;
      if (head !== null && bytes.length < bodyEnd) return;
      if (head !== null) answer();
    }
  });
  if (onOpen !== undefined) socket.on('connect', onOpen);
  socket.on('error', ({ code, message }) => {
    reason = code ?? message;
  });
  // a server that has closed its half takes nothing more
  socket.on('end', () => {
    connection.isOpen = false;
  });
  socket.on('close', () => {
    connection.isOpen = false;
    const lost = request;
    request = null;
    if (lost !== null) {
      onLost(lost, bytes === null ? reason : `${reason}, in the middle of an answer`);
    }
    onClosed();
  });
  return connection;

  /** Whether there was a head to read; an interim answer (1xx) is passed over. */
  function readHead() {
    const end = bytes.indexOf('\r\n\r\n');
    if (end === -1) return false;
    const text = bytes.latin1Slice(0, end + 2);
    if (text.startsWith('HTTP/1.1 1')) {
      bytes = bytes.length === end + 4 ? null : bytes.subarray(end + 4);
      return true;
    }
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(text);
    if (length === null || !text.startsWith('HTTP/1.1 ')) {
      connection.destroy('an answer without a length');
      return false;
    }
    head = text;
    bodyStart = end + 4;
    bodyEnd = bodyStart + Number(length[1]);
    return true;
  }

  function answer() {
    const answered = request;
    const given = {
      status: Number(head.slice(9, 12)),
      head,
      body: bytes.utf8Slice(bodyStart, bodyEnd),
    };
    request = null;
    head = null;
    bytes = bytes.length === bodyEnd ? null : bytes.subarray(bodyEnd);
    if (/\r\nconnection: *close\r\n/i.test(given.head)) {
      connection.isOpen = false;
      socket.end();
    }
    onAnswer(answered, given, connection);
  }
}
