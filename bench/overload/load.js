// The loader of the benchmark, a process of its own: requests leave at their time, whether or not earlier ones were
// answered, and latency counts from that time, so that a server which stops answering cannot hide it.
import { connect } from 'node:net';

const connections = new Set();
const free = [];
let record = () => undefined;

process.on('message', (work) => void run(work));
process.on('disconnect', () => process.exit());

async function run({ port, path, body, count, rate, seconds }) {
  const request = Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  await open(port, count);
  process.send(await (rate === null ? closedLoop : openLoop)(request, { rate, seconds }));
}

/** Makes as many connections as are wanted, some at a time; closes those beyond. */
async function open(port, count) {
  while (connections.size > count) {
    const socket = free.pop();
    connections.delete(socket);
    socket.destroy();
  }
  while (connections.size < count) {
    const missing = Math.min(64, count - connections.size);
    await Promise.all(Array.from({ length: missing }, () => connectOne(port)));
  }
}

function connectOne(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      free.push(socket);
      resolve();
    });
    socket.setNoDelay(true);
    connections.add(socket);
    socket.left = 0;
    socket.on('data', (data) => onData(socket, data));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connections.delete(socket);
      if (socket.dueAt !== null) record('lost', performance.now() - socket.dueAt, socket);
      resolve();
    });
    socket.dueAt = null;
  });
}

/** One answer for each request, so all that comes until its length is reached belongs to it. */
function onData(socket, data) {
  if (socket.left === 0) {
    const text = data.latin1Slice(0, Math.min(data.length, 1024));
    const end = text.indexOf('\r\n\r\n');
    socket.status = text.slice(9, 12);
    socket.left = end + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
  }
  socket.left -= data.length;
  if (socket.left > 0) return;
  socket.left = 0;
  const { dueAt } = socket;
  socket.dueAt = null;
  free.push(socket);
  record(socket.status, performance.now() - dueAt, socket);
}

function send(socket, request) {
  socket.dueAt = performance.now();
  socket.write(request);
}

/** Each connection asks again as soon as it is answered. */
function closedLoop(request, { seconds }) {
  return new Promise((resolve) => {
    const answers = [];
    const startedAt = performance.now();
    const until = startedAt + seconds * 1000;
    let isLoading = true;
    record = (status, milliseconds, socket) => {
      const now = performance.now();
      answers.push([status, milliseconds, now - startedAt]);
      if (now >= until) return;
      free.pop(); // it came back a moment ago
      send(socket, request);
    };
    for (const socket of free.splice(0)) send(socket, request);
    const spin = () => {
      if (isLoading) setImmediate(spin);
    };
    spin();
    setTimeout(
      () => {
        isLoading = false;
        resolve({ answers, unsent: 0 });
      },
      seconds * 1000 + 500,
    );
  });
}

/** A request leaves every 1/rate seconds, on any connection that is free. */
function openLoop(request, { rate, seconds }) {
  return new Promise((resolve) => {
    const answers = [];
    let unsent = 0;
    let due = 0;
    const startedAt = performance.now();
    record = (status, milliseconds) =>
      answers.push([status, milliseconds, performance.now() - startedAt]);
    const tick = () => {
      const now = performance.now() - startedAt;
      const wanted = Math.min(rate * seconds, (now * rate) / 1000);
      for (; due < wanted; due++) {
        const socket = free.pop();
        if (socket === undefined) unsent++;
        else {
          socket.dueAt = startedAt + (due * 1000) / rate;
          socket.write(request);
        }
      }
      if (now < seconds * 1000) setImmediate(tick);
      else setTimeout(() => resolve({ answers, unsent }), 1500);
    };
    tick();
  });
}
