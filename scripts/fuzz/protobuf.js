// The fields of protobuf that files of ONNX are made of.
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
}

function block(field, content) {
  return Buffer.concat([
    Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]),
    content,
  ]);
}

export function numberField(field, value) {
  return Buffer.from([...varint(field * 8), ...varint(value)]);
}

export function textField(field, text) {
  return block(field, Buffer.from(text));
}

export function bytesField(field, parts) {
  return block(field, Buffer.concat(parts));
}

/** Packed. */
export function integersField(field, numbers) {
  return block(field, Buffer.from(numbers.flatMap(varint)));
}

/** Packed. */
export function floatsField(field, numbers) {
  return block(field, Buffer.from(Float32Array.from(numbers).buffer));
}
