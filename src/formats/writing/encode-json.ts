import { ByteSink } from './byte-sink.ts';
import { float32Text } from './float32-text.ts';
import { isList, type WrittenValue } from './written-value.ts';

/** A value as JSON text in UTF-8, each of whose arrays of numbers is a string of its own: none meets V8's longest. */
export function encodeJson(value: WrittenValue): Uint8Array {
  const sink = new ByteSink();
  write(value, sink);
  return sink.take();
}

function write(value: WrittenValue, sink: ByteSink): void {
  if (typeof value === 'function') write(value(), sink);
  else if (typeof value === 'string') sink.text(JSON.stringify(value));
  else if (typeof value === 'number') sink.text(`${value}`);
  else if (value instanceof Float32Array) {
    sink.text(`[${Array.from(value, float32Text).join(',')}]`);
  } else if (ArrayBuffer.isView(value)) sink.text(`[${value.join(',')}]`);
  else if (isList(value)) {
    writeMembers('[', value, ']', sink, (item) => write(item, sink));
  } else {
    writeMembers('{', Object.entries(value), '}', sink, ([key, member]) => {
      sink.text(`${JSON.stringify(key)}:`);
      write(member, sink);
    });
  }
}

function writeMembers<Member>(
  open: string,
  members: readonly Member[],
  close: string,
  sink: ByteSink,
  writeMember: (member: Member) => void,
): void {
  sink.text(open);
  for (const [index, member] of members.entries()) {
    if (index > 0) sink.text(',');
    writeMember(member);
  }
  sink.text(close);
}
