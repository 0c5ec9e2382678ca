// What: exact path-dependent SHAP values of blocks of up to 16 rows, two rows to a vector, tree by tree in depth-first order,
//   in AssemblyScript. All memory is laid out by src/explain/kernels; addresses are bytes.
// Source: the recurrence and names of src/explain/tree-shap.ts, by Gauss-Radau quadrature: at t = 0 only the test of a node
//   depends on the row, so that this point costs one number per node and side, `zero` below.
// Complexity: nodes * points per row; points = half of the most distinct columns on a path of the tree.
// Invariant: equal to src/explain/tree-shap.ts to rounding; lanes never meet, so that a row's result depends on no other row.

// Rows go by fours, two vectors at a time, so that two sums are under way at any time. Of every column that is looked at a
// block has 16 numbers (128 bytes), one per row, and so have its attributions.
//
// A program: steps of 8 bytes, u32 operation | u32 node. A node, u32:
//   0 its frame | 4 the fours of the frame above | 8 gains there, of this side | 12 sums there, of this side, of the first
//   point | 16 tau above | 20 passes in the frame of the previous node of the column, of this side | 24 offset in a block of
//   rows | 28 offset in a block of attributions
// and, f64:
//   32 threshold | 40 all bits set when the children changed places, so that leaves stand left | 48 ratio above, of its column
//   | 56 ratio of the edge to it | 64 what the right side adds at 0 | 72 what the left side adds more | then with children of
//   which one at most is a leaf: 80 left ratio | 88 right ratio | 96 value of the left leaf; with two leaves: 80 right value
//   less the mean | 88 left value less the right one | 96 mean
// A frame: per point f64 tau and its derivative, 16 bytes each, the number in both lanes. Then its fours, each
//   0 left gain | 32 right gain | 64 whether left passes | 96 whether right passes | 128 sum of C | 160 sum of C * tau
//   and per point 192 C | 224 H of the left child | 256 of the right one.

const fourBytes: usize = 192;
const pointBytes: usize = 96;

/** `left` and `passes` of a node, 1 or 0; `passes` is 1 unless a test of the column failed further up. */
@inline function passesLeft(x: usize, threshold: v128, mirror: v128, passes: v128): v128 {
  return v128.and(v128.xor(f64x2.lt(v128.load(x), threshold), mirror), passes);
}

@inline function addTo(at: usize, value: v128): void {
  v128.store(at, f64x2.add(v128.load(at), value));
}

/** Writes tau and its derivative of a column that was looked at before. */
@inline function bend(ratioAbove: v128, rule: usize, frame: usize, points: usize): void {
  const one = f64x2.splat(1), rest = f64x2.sub(one, ratioAbove);
  for (let end = frame + (points << 5); frame < end; frame += 32, rule += 32) {
    const t = v128.load(rule);
    const inverse = f64x2.div(one, f64x2.add(ratioAbove, f64x2.mul(rest, t)));
    v128.store(frame, f64x2.mul(inverse, t));
    v128.store(frame, f64x2.mul(ratioAbove, f64x2.mul(inverse, inverse)), 16);
  }
}

/** On the way down to a node with at most one leaf as a child. */
@inline function enter(node: usize, x: usize, attributions: usize, rule: usize, points: usize, fours: u32, repeated: bool, moments: bool): void {
  const threshold = v128.load64_splat(node, 32), mirror = v128.load64_splat(node, 40), ratio = v128.load64_splat(node, 56);
  const zeroRight = v128.load64_splat(node, 64), zeroMore = v128.load64_splat(node, 72);
  const leftRatio = v128.load64_splat(node, 80), rightRatio = v128.load64_splat(node, 88);
  const one = f64x2.splat(1), stride = fourBytes + points * pointBytes;
  const frame = load<usize>(node), tauAbove = load<usize>(node, 16);
  if (repeated) bend(v128.load64_splat(node, 48), rule, frame, points);
  const tau = repeated ? frame : rule;
  let four = frame + (points << 5), above = load<usize>(node, 4), gain = load<usize>(node, 8), previous = load<usize>(node, 20);
  x += load<usize>(node, 24);
  attributions += load<usize>(node, 28);
  for (let count = fours; count > 0; count--) {
    let all0 = one, all1 = one;
    if (repeated) { all0 = v128.load(previous); all1 = v128.load(previous, 16); }
    const left0 = passesLeft(x, threshold, mirror, all0), left1 = passesLeft(x + 16, threshold, mirror, all1);
    const right0 = f64x2.sub(all0, left0), right1 = f64x2.sub(all1, left1);
    v128.store(four, f64x2.sub(left0, repeated ? f64x2.mul(all0, leftRatio) : leftRatio));
    v128.store(four, f64x2.sub(left1, repeated ? f64x2.mul(all1, leftRatio) : leftRatio), 16);
    v128.store(four, f64x2.sub(right0, repeated ? f64x2.mul(all0, rightRatio) : rightRatio), 32);
    v128.store(four, f64x2.sub(right1, repeated ? f64x2.mul(all1, rightRatio) : rightRatio), 48);
    v128.store(four, left0, 64);
    v128.store(four, left1, 80);
    v128.store(four, right0, 96);
    v128.store(four, right1, 112);
    addTo(attributions, f64x2.add(repeated ? f64x2.mul(all0, zeroRight) : zeroRight, f64x2.mul(left0, zeroMore)));
    addTo(attributions + 16, f64x2.add(repeated ? f64x2.mul(all1, zeroRight) : zeroRight, f64x2.mul(left1, zeroMore)));
    const gain0 = v128.load(gain), gain1 = v128.load(gain, 16);
    let sum0 = f64x2.splat(0), sum1 = sum0, bent0 = sum0, bent1 = sum0;
    let from = above, to = four, ofAbove = tauAbove, own = tau;
    for (const end = tauAbove + (points << 5); ofAbove < end; from += pointBytes, to += pointBytes, ofAbove += 32) {
      const t = v128.load(ofAbove);
      const c0 = f64x2.mul(v128.load(from, 192), f64x2.add(ratio, f64x2.mul(gain0, t)));
      const c1 = f64x2.mul(v128.load(from, 208), f64x2.add(ratio, f64x2.mul(gain1, t)));
      v128.store(to, c0, 192);
      v128.store(to, c1, 208);
      if (moments) {
        const tauHere = v128.load(own);
        sum0 = f64x2.add(sum0, c0);
        sum1 = f64x2.add(sum1, c1);
        bent0 = f64x2.add(bent0, f64x2.mul(c0, tauHere));
        bent1 = f64x2.add(bent1, f64x2.mul(c1, tauHere));
        own += 32;
      }
    }
    if (moments) {
      v128.store(four, sum0, 128);
      v128.store(four, sum1, 144);
      v128.store(four, bent0, 160);
      v128.store(four, bent1, 176);
    }
    four += stride; above += stride; gain += stride; previous += stride; x += 32; attributions += 32;
  }
}

/** On the way up from the children of a node, of which the left one may be a leaf. */
@inline function leave(node: usize, attributions: usize, rule: usize, points: usize, fours: u32, repeated: bool, leaf: bool): void {
  const leftRatio = v128.load64_splat(node, 80), rightRatio = v128.load64_splat(node, 88), value = v128.load64_splat(node, 96);
  const ofLeaf = f64x2.mul(value, leftRatio), stride = fourBytes + points * pointBytes;
  const frame = load<usize>(node), tau = repeated ? frame : rule, tauEnd = tau + (points << 5);
  let four = frame + (points << 5), sums = load<usize>(node, 12);
  attributions += load<usize>(node, 28);
  for (let count = fours; count > 0; count--) {
    let a0 = v128.load(four), a1 = v128.load(four, 16);
    const b0 = v128.load(four, 32), b1 = v128.load(four, 48);
    if (leaf) { a0 = f64x2.mul(a0, value); a1 = f64x2.mul(a1, value); }
    let phi0 = v128.load(attributions), phi1 = v128.load(attributions, 16);
    let from = four, to = sums;
    for (let own = tau; own < tauEnd; own += 32, from += pointBytes, to += pointBytes) {
      const t = v128.load(own);
      const l0 = v128.load(from, 224), l1 = v128.load(from, 240), r0 = v128.load(from, 256), r1 = v128.load(from, 272);
      const gained0 = f64x2.add(leaf ? a0 : f64x2.mul(a0, l0), f64x2.mul(b0, r0));
      const gained1 = f64x2.add(leaf ? a1 : f64x2.mul(a1, l1), f64x2.mul(b1, r1));
      let c0 = v128.load(from, 192), c1 = v128.load(from, 208);
      if (repeated) {
        const slope = v128.load(own, 16);
        c0 = f64x2.mul(c0, slope);
        c1 = f64x2.mul(c1, slope);
      }
      phi0 = f64x2.add(phi0, f64x2.mul(c0, gained0));
      phi1 = f64x2.add(phi1, f64x2.mul(c1, gained1));
      v128.store(to, f64x2.add(f64x2.add(leaf ? ofLeaf : f64x2.mul(leftRatio, l0), f64x2.mul(rightRatio, r0)), f64x2.mul(t, gained0)));
      v128.store(to, f64x2.add(f64x2.add(leaf ? ofLeaf : f64x2.mul(leftRatio, l1), f64x2.mul(rightRatio, r1)), f64x2.mul(t, gained1)), 16);
    }
    v128.store(attributions, phi0);
    v128.store(attributions, phi1, 16);
    four += stride; sums += stride; attributions += 32;
  }
}

/** A node with two leaves: its sum is a straight line in tau. */
@inline function pair(node: usize, x: usize, attributions: usize, rule: usize, points: usize, fours: u32): void {
  const threshold = v128.load64_splat(node, 32), mirror = v128.load64_splat(node, 40), ratio = v128.load64_splat(node, 56);
  const zeroRight = v128.load64_splat(node, 64), zeroMore = v128.load64_splat(node, 72);
  const right = v128.load64_splat(node, 80), more = v128.load64_splat(node, 88), mean = v128.load64_splat(node, 96);
  const one = f64x2.splat(1), stride = fourBytes + points * pointBytes, ruleEnd = rule + (points << 5);
  let above = load<usize>(node, 4), gain = load<usize>(node, 8), sums = load<usize>(node, 12);
  x += load<usize>(node, 24);
  attributions += load<usize>(node, 28);
  for (let count = fours; count > 0; count--) {
    const left0 = passesLeft(x, threshold, mirror, one), left1 = passesLeft(x + 16, threshold, mirror, one);
    const a0 = f64x2.add(right, f64x2.mul(left0, more)), a1 = f64x2.add(right, f64x2.mul(left1, more));
    const c0 = f64x2.add(f64x2.mul(ratio, v128.load(above, 128)), f64x2.mul(v128.load(gain), v128.load(above, 160)));
    const c1 = f64x2.add(f64x2.mul(ratio, v128.load(above, 144)), f64x2.mul(v128.load(gain, 16), v128.load(above, 176)));
    addTo(attributions, f64x2.add(f64x2.mul(a0, c0), f64x2.add(zeroRight, f64x2.mul(left0, zeroMore))));
    addTo(attributions + 16, f64x2.add(f64x2.mul(a1, c1), f64x2.add(zeroRight, f64x2.mul(left1, zeroMore))));
    let to = sums;
    for (let own = rule; own < ruleEnd; own += 32, to += pointBytes) {
      const t = v128.load(own);
      v128.store(to, f64x2.add(mean, f64x2.mul(a0, t)));
      v128.store(to, f64x2.add(mean, f64x2.mul(a1, t)), 16);
    }
    above += stride; gain += stride; sums += stride; x += 32; attributions += 32;
  }
}

/** The same where the column was looked at before. */
@inline function repeatedPair(node: usize, x: usize, attributions: usize, rule: usize, points: usize, fours: u32): void {
  const threshold = v128.load64_splat(node, 32), mirror = v128.load64_splat(node, 40), ratio = v128.load64_splat(node, 56);
  const zeroRight = v128.load64_splat(node, 64), zeroMore = v128.load64_splat(node, 72);
  const right = v128.load64_splat(node, 80), more = v128.load64_splat(node, 88), mean = v128.load64_splat(node, 96);
  const stride = fourBytes + points * pointBytes, frame = load<usize>(node), frameEnd = frame + (points << 5);
  const tauAbove = load<usize>(node, 16);
  bend(v128.load64_splat(node, 48), rule, frame, points);
  let above = load<usize>(node, 4), gain = load<usize>(node, 8), sums = load<usize>(node, 12), previous = load<usize>(node, 20);
  x += load<usize>(node, 24);
  attributions += load<usize>(node, 28);
  for (let count = fours; count > 0; count--) {
    const all0 = v128.load(previous), all1 = v128.load(previous, 16);
    const left0 = passesLeft(x, threshold, mirror, all0), left1 = passesLeft(x + 16, threshold, mirror, all1);
    const a0 = f64x2.add(f64x2.mul(all0, right), f64x2.mul(left0, more)), a1 = f64x2.add(f64x2.mul(all1, right), f64x2.mul(left1, more));
    const gain0 = v128.load(gain), gain1 = v128.load(gain, 16);
    let sum0 = f64x2.splat(0), sum1 = sum0;
    let from = above, to = sums, ofAbove = tauAbove;
    for (let own = frame; own < frameEnd; own += 32, ofAbove += 32, from += pointBytes, to += pointBytes) {
      const t = v128.load(own), slope = v128.load(own, 16), tAbove = v128.load(ofAbove);
      const c0 = f64x2.mul(v128.load(from, 192), f64x2.add(ratio, f64x2.mul(gain0, tAbove)));
      const c1 = f64x2.mul(v128.load(from, 208), f64x2.add(ratio, f64x2.mul(gain1, tAbove)));
      sum0 = f64x2.add(sum0, f64x2.mul(c0, slope));
      sum1 = f64x2.add(sum1, f64x2.mul(c1, slope));
      v128.store(to, f64x2.add(mean, f64x2.mul(a0, t)));
      v128.store(to, f64x2.add(mean, f64x2.mul(a1, t)), 16);
    }
    addTo(attributions, f64x2.add(f64x2.mul(a0, sum0), f64x2.add(f64x2.mul(all0, zeroRight), f64x2.mul(left0, zeroMore))));
    addTo(attributions + 16, f64x2.add(f64x2.mul(a1, sum1), f64x2.add(f64x2.mul(all1, zeroRight), f64x2.mul(left1, zeroMore))));
    above += stride; gain += stride; sums += stride; previous += stride; x += 32; attributions += 32;
  }
}

/** The frame above the root, whose tau are the points: gains and what is written for the root are not looked at. */
function startFrame(frame: usize, rule: usize, points: usize, fours: u32): void {
  for (let four = frame + (points << 5); fours > 0; fours--) {
    v128.store(four, f64x2.splat(0));
    v128.store(four, f64x2.splat(0), 16);
    let sum = f64x2.splat(0), bent = sum, weights = rule + (points << 5), to = four;
    for (let t = rule; t < rule + (points << 5); t += 32, weights += 16, to += pointBytes) {
      const weight = v128.load(weights);
      v128.store(to, weight, 192);
      v128.store(to, weight, 208);
      sum = f64x2.add(sum, weight);
      bent = f64x2.add(bent, f64x2.mul(weight, v128.load(t)));
    }
    v128.store(four, sum, 128);
    v128.store(four, sum, 144);
    v128.store(four, bent, 160);
    v128.store(four, bent, 176);
    four = to + fourBytes;
  }
}

function runProgram(step: usize, end: usize, x: usize, attributions: usize, rule: usize, points: usize, fours: u32): void {
  for (; step < end; step += 8) {
    const node = load<usize>(step, 4);
    switch (load<u32>(step)) {
      case 0: enter(node, x, attributions, rule, points, fours, false, false); break;
      case 1: enter(node, x, attributions, rule, points, fours, false, true); break;
      case 2: enter(node, x, attributions, rule, points, fours, true, false); break;
      case 3: enter(node, x, attributions, rule, points, fours, true, true); break;
      case 4: leave(node, attributions, rule, points, fours, false, false); break;
      case 5: leave(node, attributions, rule, points, fours, false, true); break;
      case 6: leave(node, attributions, rule, points, fours, true, false); break;
      case 7: leave(node, attributions, rule, points, fours, true, true); break;
      case 8: pair(node, x, attributions, rule, points, fours); break;
      default: repeatedPair(node, x, attributions, rule, points, fours);
    }
  }
}

/**
 * Adds what the trees attribute to `blocks` blocks of `fours` times four rows; `frame` is the one above every root.
 * A tree (16 bytes): u32 program | u32 its end | u32 points | u32 rule. A rule: per point t and 1, then the weights, 16 bytes
 * each, the same number in both lanes.
 */
export function attributeBlocks(trees: usize, treesEnd: usize, x: usize, xBytes: usize, attributions: usize, attributionBytes: usize, blocks: u32, fours: u32, frame: usize): void {
  for (let tree = trees; tree < treesEnd; tree += 16) {
    const program = load<usize>(tree), end = load<usize>(tree, 4), points = load<usize>(tree, 8), rule = load<usize>(tree, 12);
    startFrame(frame, rule, points, fours);
    let rows = x, to = attributions;
    for (let block: u32 = 0; block < blocks; block++, rows += xBytes, to += attributionBytes) {
      runProgram(program, end, rows, to, rule, points, fours);
    }
  }
}
