// Writes the source of the module shap-rows: path-dependent attributions of one row, two quadrature nodes to a vector.
// It is written by a program because the loop over the vectors of a tree node is unrolled for the usual numbers of them.
//
// The recurrence is that of src/explain/tree-shap.ts, in whose letters r is the ratio of an edge, C the product going
// down, H the sum coming up, tau = t / (P + (1 - P) t) and a = 1 unless the column failed a test above. `hot` is the child
// that the row goes to, `cold` the other; with D = (1 - r(hot)) H(hot) - r(cold) H(cold)
//     down: C(cold) = r(cold) C (1 - a tau)      C(hot) = C - (1 - r(hot)) C (1 - a tau)
//     up:   H = H(hot) - (1 - a tau) D           attribution += sum of C a dtau/dt D,  dtau/dt = P (tau / t)^2
// where a column met for the first time has a = 1 and tau = t.
//
// Nodes are in the order of src/explain/kernels/row-parts.ts: level by level, equal kinds together, twigs last, as runs
// of u32 kind | u32 count. Going down, a node finds C in its slot and puts those of its children into theirs; coming up it
// puts its H where its C was. A twig does both at once, going down. Records are written by row-records.ts (bytes):
//     all:   f64 threshold | u32 address of what is compared with it | u32 address of the column's sum
//     fork:  u32 slots of left, right | f64 part of t = 0 if left is hot, if right is | f64 r of left, right
//     stem:  u32 slot of the subtree | u32 - | f64 part of t = 0, twice | f64 (s - r) v of the leaf, twice |
//            f64 s - r of the subtree, twice | f64 r of the subtree | f64 r v of the leaf
//     twig:  f64 mean of its leaves | f64 weight of t = 0 | f64 what left is above the mean, what right is
//     repeated, of each, adds: u32 address of the state of the node where its column was last looked at |
//            u32 state that lets it live | f64 P | f64 tau of each quadrature node
// The state of a node is 0 when left is hot, 8 when right is, and 16 more when a = 0.

/**
 * With up to so many vectors the loop over them is unrolled; beyond, one plain loop serves any number. With none, for paths
 * of one column, only what is known at t = 0 is left.
 */
const mostUnrolled = 5;

/** Bytes of a record; `repeatBytes` and the vectors of tau are added when it is repeated. */
const recordBytes = { fork: 56, stem: 88, twig: 48 };
const repeatBytes = 16;

const add = (a, b) => `f64x2.add(${a}, ${b})`;
const subtract = (a, b) => `f64x2.sub(${a}, ${b})`;
const multiply = (a, b) => `f64x2.mul(${a}, ${b})`;

/** The text of the module. */
export function writeShapRows() {
  const unrolled = Array.from({ length: mostUnrolled + 1 }, (_, count) => unroll(count));
  const all = [...unrolled, loopOver];
  return `${frame}
${all.map((vectors) => writeDown(vectors) + writeUp(vectors)).join('')}
/**
 * Adds what all trees attribute to the sums. A chunk (40 bytes): u32 bytes of a slot | u32 rule: t, 1 - t, 1 / t, weights |
 * u32 runs | u32 where runs of twigs begin | u32 end | u32 records | u32 where those of twigs begin |
 * u32 bytes of the slots before those of twigs | u32 bytes of the states | u32 slots that are roots.
 */
export function attribute(chunk: usize, chunksEnd: usize, slots: usize, states: usize): void {
  for (; chunk < chunksEnd; chunk += 40) {
    const bytes = <usize>load<u32>(chunk), rule = <usize>load<u32>(chunk, 4);
    const runs = <usize>load<u32>(chunk, 8), branching = <usize>load<u32>(chunk, 12), runsEnd = <usize>load<u32>(chunk, 16);
    const nodes = <usize>load<u32>(chunk, 20), twigs = <usize>load<u32>(chunk, 24);
    const slotsEnd = slots + <usize>load<u32>(chunk, 28), statesEnd = states + <usize>load<u32>(chunk, 32);
    fillRoots(slots, load<u32>(chunk, 36), rule + 3 * bytes, bytes);
    switch (bytes >> 4) {
${unrolled.map((vectors) => `      case ${vectors.name}: { ${writeCalls(vectors)} break; }`).join('\n')}
      default: { ${writeCalls(loopOver)} }
    }
  }
}
`;
}

function writeCalls({ name, bytes }) {
  return (
    `down${name}(runs, runsEnd, nodes, slots, states, rule, ${bytes}); ` +
    `up${name}(runs, branching, twigs, slotsEnd, statesEnd, rule, ${bytes});`
  );
}

/** What does not depend on the number of vectors. */
const frame = `// Written by scripts/wasm/shap-rows.js.

/** 0 when the row goes left at a node, 8 when it goes right. */
@inline function sideOf(node: usize): usize {
  return <usize>(load<f64>(<usize>load<u32>(node, 8)) >= load<f64>(node)) << 3;
}

/** Each value of a row twice; a missing one as Infinity, then as -Infinity. */
export function takeRow(row: usize, count: u32, pairs: usize, isFloat32: bool): void {
  const infinities = f64x2(Infinity, -Infinity);
  for (const end = row + (<usize>count << 3); row < end; row += 8, pairs += 16) {
    let x = v128.load64_splat(row);
    if (isFloat32) {
      const rounded = f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(x));
      x = v128.shuffle<f64>(rounded, rounded, 0, 0);
    }
    v128.store(pairs, v128.bitselect(x, infinities, f64x2.eq(x, x)));
  }
}

/** Adds up and divides the two lanes of each sum, and sets it to 0 for the next row. */
export function giveSums(sums: usize, count: u32, divisor: f64, into: usize): void {
  for (const end = into + (<usize>count << 3); into < end; into += 8, sums += 16) {
    store<f64>(into, (load<f64>(sums) + load<f64>(sums, 8)) / divisor);
    v128.store(sums, f64x2.splat(0));
  }
}

/** C of a root: the weights of the rule. */
function fillRoots(slot: usize, count: u32, weights: usize, bytes: usize): void {
  for (; count > 0; count--, slot += bytes) memory.copy(slot, weights, bytes);
}
`;

/**
 * Writes what is done with each vector once per vector. The numbers of the rule are held in constants; what is read or
 * stored there stands at an address (and an offset) of the first vector.
 */
function unroll(count) {
  const all = Array.from({ length: count }, (_, vector) => vector);
  return {
    name: `${count}`,
    bytes: `${16 * count}`,
    constants: all
      .map(
        (vector) => `
  const time${vector} = v128.load(rule, ${16 * vector});
  const rest${vector} = v128.load(rule, ${16 * (count + vector)});
  const inverse${vector} = v128.load(rule, ${16 * (2 * count + vector)});`,
      )
      .join(''),
    each: (write) =>
      all
        .map((vector) => {
          const text = write({
            load: (address, offset = 0) => `v128.load(${address}, ${offset + 16 * vector})`,
            store: (address, value) => `v128.store(${address}, ${value}, ${16 * vector});`,
            time: `time${vector}`,
            rest: `rest${vector}`,
            inverse: `inverse${vector}`,
          });
          return `{ ${text} }`;
        })
        .join('\n        '),
  };
}

/** The same for any number of vectors, in a loop. */
const loopOver = {
  name: 'Any',
  bytes: 'bytes',
  constants: '',
  each: (write) => {
    const text = write({
      load: (address, offset = 0) => `v128.load(${address} + at, ${offset})`,
      store: (address, value) => `v128.store(${address} + at, ${value});`,
      time: 'v128.load(rule + at)',
      rest: 'v128.load(rule + bytes + at)',
      inverse: 'v128.load(rule + 2 * bytes + at)',
    });
    return `for (let at: usize = 0; at < bytes; at += 16) { ${text} }`;
  },
};

/** Writes a loop for each kind, first those that meet their column for the first time: kinds 0, 2, 4; then 1, 3, 5. */
function writeKinds(kinds, write) {
  return Object.keys(kinds)
    .flatMap((kind, index) => [
      `if (kind === ${2 * index}) ${write(kind, false)}`,
      `if (kind === ${2 * index + 1}) ${write(kind, true)}`,
    ])
    .join('\n    else ');
}

function writeDown(vectors) {
  const bodies = { fork: forkDown, stem: stemDown, twig };
  const loops = writeKinds(bodies, (kind, isRepeated) => {
    const keepsState = kind !== 'twig';
    const state = isRepeated ? 'side | <usize>((lives ^ 1) << 4)' : 'side';
    const repeated = `
        const lives = <u32>(load<u32>(<usize>load<u32>(node, ${recordBytes[kind]})) === load<u32>(node, ${recordBytes[kind] + 4}));
        const a = f64x2.splat(<f64><i32>lives);`;
    return `{
      for (; count > 0; count--) {
        const side = sideOf(node);${isRepeated ? repeated : ''}
        ${keepsState ? `store<u32>(states, ${state}); states += 4;` : ''}
        ${bodies[kind](vectors, isRepeated)}
        node += ${stepOf(kind, isRepeated, vectors)};
        own += ${vectors.bytes};
      }
    }`;
  });
  return `
function down${vectors.name}(runs: usize, runsEnd: usize, node: usize, own: usize, states: usize, rule: usize, bytes: usize): void {${vectors.constants}
  const one = f64x2.splat(1);
  for (; runs < runsEnd; runs += 8) {
    const kind = load<u32>(runs);
    let count = load<u32>(runs, 4);
    ${loops}
  }
}
`;
}

function writeUp(vectors) {
  const bodies = { fork: forkUp, stem: stemUp };
  const loops = writeKinds(bodies, (kind, isRepeated) => {
    const state = isRepeated
      ? `const state = load<u32>(states), side = <usize>(state & 8);
        const a = f64x2.splat(<f64><i32>((state >> 4) ^ 1));`
      : 'const side = <usize>load<u32>(states);';
    const atZero = 'v128.load64_zero(node + side + 24)';
    const p = `v128.load64_splat(node, ${recordBytes[kind] + 8})`;
    const given = isRepeated ? multiply('a', add(atZero, multiply(p, 'sum'))) : 'sum';
    return `{
      for (; count > 0; count--) {
        node -= ${stepOf(kind, isRepeated, vectors)};
        own -= ${vectors.bytes};
        states -= 4;
        ${state}
        const total = <usize>load<u32>(node, 12);
        let sum = ${isRepeated ? 'f64x2.splat(0)' : atZero};
        ${bodies[kind](vectors, isRepeated)}
        v128.store(total, ${add('v128.load(total)', given)});
      }
    }`;
  });
  return `
function up${vectors.name}(runs: usize, runsEnd: usize, node: usize, own: usize, states: usize, rule: usize, bytes: usize): void {${vectors.constants}
  const one = f64x2.splat(1);
  while (runsEnd > runs) {
    runsEnd -= 8;
    const kind = load<u32>(runsEnd);
    let count = load<u32>(runsEnd, 4);
    ${loops}
  }
}
`;
}

const children = `const hot = <usize>load<u32>(node + (side >> 1), 16), cold = <usize>load<u32>(node - (side >> 1), 20);
        const gain = ${subtract('one', 'v128.load64_splat(node + side + 40)')}, ratio = v128.load64_splat(node - side + 48);`;

function forkDown({ each }, isRepeated) {
  return `${children}
        ${each(({ load, store, rest }) => {
          const left = isRepeated ? subtract('one', multiply('a', tau(load, 'fork'))) : rest;
          return `const c = ${load('own')}, part = ${multiply('c', left)};
          ${store('cold', multiply('ratio', 'part'))} ${store('hot', subtract('c', multiply('gain', 'part')))}`;
        })}`;
}

function forkUp({ each }, isRepeated) {
  return `${children}
        ${each(({ load, store, rest, inverse }) => {
          const left = isRepeated ? subtract('one', multiply('a', 't')) : rest;
          return `const h = ${load('hot')}, d = ${subtract(multiply('gain', 'h'), multiply('ratio', load('cold')))};
          ${collect(load, 'fork', inverse, isRepeated)}
          ${store('own', subtract('h', multiply(left, 'd')))}`;
        })}`;
}

function stemDown({ each }, isRepeated) {
  const gain = 'v128.load64_splat(node + side + 56)';
  return `const child = <usize>load<u32>(node, 16);
        const gain = ${isRepeated ? multiply('a', gain) : gain}, ratio = v128.load64_splat(node, 72);
        ${each(({ load, store, time }) => {
          const t = isRepeated ? tau(load, 'stem') : time;
          return store('child', multiply(load('own'), add('ratio', multiply('gain', t))));
        })}`;
}

function stemUp({ each }, isRepeated) {
  return `const child = <usize>load<u32>(node, 16);
        const leaf = v128.load64_splat(node + side + 40), gain = v128.load64_splat(node + side + 56);
        const ratio = v128.load64_splat(node, 72), mean = v128.load64_splat(node, 80);
        ${each(({ load, store, time, inverse }) => {
          const t = isRepeated ? multiply('a', 't') : time;
          return `const h = ${load('child')}, d = ${add('leaf', multiply('gain', 'h'))};
          ${collect(load, 'stem', inverse, isRepeated)}
          ${store('own', add(add('mean', multiply('ratio', 'h')), multiply(t, 'd')))}`;
        })}`;
}

/** D of a twig is the same at every quadrature node. */
function twig({ each }, isRepeated) {
  const above = 'v128.load64_splat(node + side + 32)';
  const atZero = 'v128.load64_zero(node, 24)';
  const p = `v128.load64_splat(node, ${recordBytes.twig + 8})`;
  return `const total = <usize>load<u32>(node, 12), mean = v128.load64_splat(node, 16);
        const d = ${isRepeated ? multiply('a', above) : above};
        let sum = ${isRepeated ? 'f64x2.splat(0)' : atZero};
        ${each(({ load, store, time, inverse }) =>
          isRepeated
            ? `const t = ${tau(load, 'twig')}, slope = ${multiply('t', inverse)};
          sum = ${add('sum', multiply(load('own'), multiply('slope', 'slope')))};
          ${store('own', add('mean', multiply('d', 't')))}`
            : `sum = ${add('sum', load('own'))}; ${store('own', add('mean', multiply('d', time)))}`,
        )}
        v128.store(total, ${add('v128.load(total)', multiply('d', isRepeated ? add(atZero, multiply(p, 'sum')) : 'sum'))});`;
}

/** Adds C D, and tau / t twice as a factor where there is one: a and P are the same for all, and come last. */
function collect(load, kind, inverse, isRepeated) {
  const part = multiply(load('own'), 'd');
  if (!isRepeated) return `sum = ${add('sum', part)};`;
  return `const t = ${tau(load, kind)}, slope = ${multiply('t', inverse)};
          sum = ${add('sum', multiply(part, multiply('slope', 'slope')))};`;
}

function tau(load, kind) {
  return load('node', recordBytes[kind] + repeatBytes);
}

function stepOf(kind, isRepeated, { bytes }) {
  return isRepeated ? `${recordBytes[kind] + repeatBytes} + ${bytes}` : `${recordBytes[kind]}`;
}
