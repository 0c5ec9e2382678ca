// What: an ensemble of one output as an ONNX file, for ONNX Runtime to answer the same rows.
// Source: onnx.proto (field numbers) and the operator TreeEnsembleRegressor of ai.onnx.ml, version 3.

/** Bytes of a model with the input X, rows of float32, and the output Y. */
export function writeOnnxFile({
  base,
  column,
  left,
  missingLeft,
  right,
  roots,
  threshold,
  value,
  columns,
}) {
  const nodes = [...left.keys()];
  const tree = nodes.map((node) => roots.findLastIndex((root) => root <= node));
  const own = (node, of) => (left[of] === -1 ? 0 : node - roots[tree[of]]);
  const leaves = nodes.filter((node) => left[node] === -1);
  const isLeaf = (node) => left[node] === -1;
  const attributes = [
    integers('nodes_treeids', tree),
    integers(
      'nodes_nodeids',
      nodes.map((node) => node - roots[tree[node]]),
    ),
    integers(
      'nodes_featureids',
      nodes.map((node) => column[node]),
    ),
    strings(
      'nodes_modes',
      nodes.map((node) => (isLeaf(node) ? 'LEAF' : 'BRANCH_LT')),
    ),
    floats(
      'nodes_values',
      nodes.map((node) => threshold[node]),
    ),
    integers(
      'nodes_truenodeids',
      nodes.map((node) => own(left[node], node)),
    ),
    integers(
      'nodes_falsenodeids',
      nodes.map((node) => own(right[node], node)),
    ),
    integers(
      'nodes_missing_value_tracks_true',
      nodes.map((node) => (isLeaf(node) ? 0 : missingLeft[node])),
    ),
    integers(
      'target_treeids',
      leaves.map((node) => tree[node]),
    ),
    integers(
      'target_nodeids',
      leaves.map((node) => node - roots[tree[node]]),
    ),
    integers(
      'target_ids',
      leaves.map(() => 0),
    ),
    floats(
      'target_weights',
      leaves.map((node) => value[node]),
    ),
    floats('base_values', [...base]),
    Buffer.concat([text(1, 'n_targets'), integer(3, 1), integer(20, 2)]),
  ];
  const node = Buffer.concat([
    text(1, 'X'),
    text(2, 'Y'),
    text(4, 'TreeEnsembleRegressor'),
    text(7, 'ai.onnx.ml'),
    ...attributes.map((attribute) => field(5, attribute)),
  ]);
  const graph = [
    field(1, node),
    text(2, 'g'),
    field(11, tensor('X', columns.length)),
    field(12, tensor('Y', 1)),
  ];
  return Buffer.concat([
    integer(1, 8),
    field(7, Buffer.concat(graph)),
    field(8, Buffer.concat([text(1, ''), integer(2, 15)])),
    field(8, Buffer.concat([text(1, 'ai.onnx.ml'), integer(2, 3)])),
  ]);
}

function varint(number) {
  const bytes = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

function field(id, bytes) {
  return Buffer.concat([varint(id * 8 + 2), varint(bytes.length), bytes]);
}

function integer(id, number) {
  return Buffer.concat([varint(id * 8), varint(number)]);
}

function text(id, string) {
  return field(id, Buffer.from(string));
}

function integers(name, numbers) {
  return Buffer.concat([
    text(1, name),
    field(8, Buffer.concat(numbers.map(varint))),
    integer(20, 7),
  ]);
}

function floats(name, numbers) {
  const bytes = Buffer.from(Float32Array.from(numbers).buffer);
  return Buffer.concat([text(1, name), field(7, bytes), integer(20, 6)]);
}

function strings(name, list) {
  return Buffer.concat([text(1, name), ...list.map((string) => text(9, string)), integer(20, 8)]);
}

/** Rows of float32 of a width. */
function tensor(name, width) {
  const shape = Buffer.concat([field(1, text(2, 'N')), field(1, integer(1, width))]);
  return Buffer.concat([
    text(1, name),
    field(2, field(1, Buffer.concat([integer(1, 1), field(2, shape)]))),
  ]);
}
