// What: exact path-dependent SHAP values, and interactions of pairs of columns, of blocks of up to 16 rows, two rows to a
//   vector, tree by tree in depth-first order, in AssemblyScript. All memory is laid out by src/explain/kernels; addresses are bytes.
// Source: the recurrence and names of src/explain/tree-shap.ts, by Gauss-Radau quadrature: at t = 0 only the test of a node
//   depends on the row, so that this point costs one number per node and side, `zero` below.
// Complexity: nodes * points per row, for interactions times the columns of a path; points = half of the most distinct
//   columns on a path of the tree.
// Invariant: equal to src/explain/tree-shap.ts and tree-interactions.ts to rounding; lanes never meet, so that a row's result depends on no other row.

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

/** 1 where a row goes left, else 0; also 0 where it failed a test of the column further up, as `passes` says. */
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

// ---- interactions of pairs of columns
//
// At a node, W = C * dtau/dt * (sum over children of gain * H), per point; for every other column of the path, R its ratio
// and s = 1 when its tests so far are passed, the pair gets the sum over the points of W * (s - R) / (R + (s - R) t), which is
//   (s * bent - 1 / (1 - t)) * W, bent = 1 / ((1 - t) (R + (1 - R) t)):
// only s depends on the row. Quadrature is that of Gauss-Legendre.
//
// A program is as above, with these differences. A node: 24 offset in a block of rows | 28 partners | 96 value of the left
// leaf; 64 partners' end as u32. A column that was not looked at before has ratio above 1, and passes in the frame above the
// root. A partner (16 bytes): u32 bent | u32 passes, of the nearest node of its column, of this side | u32 offset in a block of
// pairs | u32 0; their number is even. A frame: per point tau, its derivative, bent of the left side, of the right; then fours
// of 0 to 96 as above and per point 128 C | 160 H of the left child | 192 of the right one.

const stateBytes: usize = 128;

/** Writes tau, its derivative, and `bent` of both sides. */
@inline function bendSides(node: usize, rule: usize, frame: usize, points: usize): void {
  const one = f64x2.splat(1), ratioAbove = v128.load64_splat(node, 48), rest = f64x2.sub(one, ratioAbove);
  const left = f64x2.mul(ratioAbove, v128.load64_splat(node, 80)), right = f64x2.mul(ratioAbove, v128.load64_splat(node, 88));
  const leftRest = f64x2.sub(one, left), rightRest = f64x2.sub(one, right);
  for (let end = frame + (points << 6); frame < end; frame += 64, rule += 32) {
    const t = v128.load(rule), apart = v128.load(rule, 16);
    const inverse = f64x2.div(one, f64x2.add(ratioAbove, f64x2.mul(rest, t)));
    v128.store(frame, f64x2.mul(inverse, t));
    v128.store(frame, f64x2.mul(ratioAbove, f64x2.mul(inverse, inverse)), 16);
    v128.store(frame, f64x2.div(apart, f64x2.add(left, f64x2.mul(leftRest, t))), 32);
    v128.store(frame, f64x2.div(apart, f64x2.add(right, f64x2.mul(rightRest, t))), 48);
  }
}

@inline function enterPairs(node: usize, x: usize, rule: usize, points: usize, fours: u32): void {
  const threshold = v128.load64_splat(node, 32), mirror = v128.load64_splat(node, 40), ratio = v128.load64_splat(node, 56);
  const leftRatio = v128.load64_splat(node, 80), rightRatio = v128.load64_splat(node, 88);
  const stride = stateBytes + points * pointBytes, frame = load<usize>(node), tauAbove = load<usize>(node, 16);
  bendSides(node, rule, frame, points);
  let four = frame + (points << 6), above = load<usize>(node, 4), gain = load<usize>(node, 8), previous = load<usize>(node, 20);
  x += load<usize>(node, 24);
  for (let count = fours; count > 0; count--) {
    const all0 = v128.load(previous), all1 = v128.load(previous, 16);
    const left0 = passesLeft(x, threshold, mirror, all0), left1 = passesLeft(x + 16, threshold, mirror, all1);
    const right0 = f64x2.sub(all0, left0), right1 = f64x2.sub(all1, left1);
    v128.store(four, f64x2.sub(left0, f64x2.mul(all0, leftRatio)));
    v128.store(four, f64x2.sub(left1, f64x2.mul(all1, leftRatio)), 16);
    v128.store(four, f64x2.sub(right0, f64x2.mul(all0, rightRatio)), 32);
    v128.store(four, f64x2.sub(right1, f64x2.mul(all1, rightRatio)), 48);
    v128.store(four, left0, 64);
    v128.store(four, left1, 80);
    v128.store(four, right0, 96);
    v128.store(four, right1, 112);
    const gain0 = v128.load(gain), gain1 = v128.load(gain, 16);
    let from = above, to = four;
    for (let tau = tauAbove, end = tauAbove + (points << 6); tau < end; tau += 64, from += pointBytes, to += pointBytes) {
      const t = v128.load(tau);
      v128.store(to, f64x2.mul(v128.load(from, 128), f64x2.add(ratio, f64x2.mul(gain0, t))), 128);
      v128.store(to, f64x2.mul(v128.load(from, 144), f64x2.add(ratio, f64x2.mul(gain1, t))), 144);
    }
    four += stride; above += stride; gain += stride; previous += stride; x += 32;
  }
}

/** Adds the interactions of a node's column with its partners, for four rows; two partners at a time. */
@inline function addPartners(node: usize, pairs: usize, states: usize, sums: usize, sumsEnd: usize, apart0: v128, apart1: v128): void {
  for (let partner = load<usize>(node, 28), end = load<usize>(node, 64); partner < end; partner += 32) {
    let bent = load<usize>(partner), other = load<usize>(partner, 16);
    let sum0 = f64x2.splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
    for (let sum = sums; sum < sumsEnd; sum += 32, bent += 64, other += 64) {
      const w0 = v128.load(sum), w1 = v128.load(sum, 16), b = v128.load(bent), c = v128.load(other);
      sum0 = f64x2.add(sum0, f64x2.mul(w0, b));
      sum1 = f64x2.add(sum1, f64x2.mul(w1, b));
      sum2 = f64x2.add(sum2, f64x2.mul(w0, c));
      sum3 = f64x2.add(sum3, f64x2.mul(w1, c));
    }
    const first = load<usize>(partner, 4) + states, second = load<usize>(partner, 20) + states;
    const pair = pairs + load<usize>(partner, 8), next = pairs + load<usize>(partner, 24);
    addTo(pair, f64x2.sub(f64x2.mul(v128.load(first), sum0), apart0));
    addTo(pair + 16, f64x2.sub(f64x2.mul(v128.load(first, 16), sum1), apart1));
    addTo(next, f64x2.sub(f64x2.mul(v128.load(second), sum2), apart0));
    addTo(next + 16, f64x2.sub(f64x2.mul(v128.load(second, 16), sum3), apart1));
  }
}

@inline function leavePairs(node: usize, pairs: usize, rule: usize, points: usize, fours: u32, scratch: usize, leaf: bool): void {
  const leftRatio = v128.load64_splat(node, 80), rightRatio = v128.load64_splat(node, 88), value = v128.load64_splat(node, 96);
  const ofLeaf = f64x2.mul(value, leftRatio), stride = stateBytes + points * pointBytes;
  const frame = load<usize>(node), tauEnd = frame + (points << 6);
  let four = tauEnd, sums = load<usize>(node, 12), states: usize = 0;
  for (let count = fours; count > 0; count--) {
    let a0 = v128.load(four), a1 = v128.load(four, 16);
    const b0 = v128.load(four, 32), b1 = v128.load(four, 48);
    if (leaf) { a0 = f64x2.mul(a0, value); a1 = f64x2.mul(a1, value); }
    let apart0 = f64x2.splat(0), apart1 = apart0;
    let from = four, to = sums, w = scratch, apart = rule;
    for (let tau = frame; tau < tauEnd; tau += 64, from += pointBytes, to += pointBytes, w += 32, apart += 32) {
      const t = v128.load(tau), slope = v128.load(tau, 16), weight = v128.load(apart, 16);
      const l0 = v128.load(from, 160), l1 = v128.load(from, 176), r0 = v128.load(from, 192), r1 = v128.load(from, 208);
      const gained0 = f64x2.add(leaf ? a0 : f64x2.mul(a0, l0), f64x2.mul(b0, r0));
      const gained1 = f64x2.add(leaf ? a1 : f64x2.mul(a1, l1), f64x2.mul(b1, r1));
      v128.store(to, f64x2.add(f64x2.add(leaf ? ofLeaf : f64x2.mul(leftRatio, l0), f64x2.mul(rightRatio, r0)), f64x2.mul(t, gained0)));
      v128.store(to, f64x2.add(f64x2.add(leaf ? ofLeaf : f64x2.mul(leftRatio, l1), f64x2.mul(rightRatio, r1)), f64x2.mul(t, gained1)), 16);
      const w0 = f64x2.mul(f64x2.mul(v128.load(from, 128), slope), gained0);
      const w1 = f64x2.mul(f64x2.mul(v128.load(from, 144), slope), gained1);
      v128.store(w, w0);
      v128.store(w, w1, 16);
      apart0 = f64x2.add(apart0, f64x2.mul(w0, weight));
      apart1 = f64x2.add(apart1, f64x2.mul(w1, weight));
    }
    addPartners(node, pairs, states, scratch, w, apart0, apart1);
    four += stride; sums += stride; states += stride; pairs += 32;
  }
}

@inline function leafPairs(node: usize, x: usize, pairs: usize, rule: usize, points: usize, fours: u32, scratch: usize): void {
  const threshold = v128.load64_splat(node, 32), mirror = v128.load64_splat(node, 40), ratio = v128.load64_splat(node, 56);
  const right = v128.load64_splat(node, 80), more = v128.load64_splat(node, 88), mean = v128.load64_splat(node, 96);
  const one = f64x2.splat(1), ratioAbove = v128.load64_splat(node, 48), rest = f64x2.sub(one, ratioAbove);
  const stride = stateBytes + points * pointBytes, frame = load<usize>(node), frameEnd = frame + (points << 6);
  const tauAbove = load<usize>(node, 16);
  for (let own = frame, at = rule; own < frameEnd; own += 64, at += 32) {
    const t = v128.load(at);
    const inverse = f64x2.div(one, f64x2.add(ratioAbove, f64x2.mul(rest, t)));
    v128.store(own, f64x2.mul(inverse, t));
    v128.store(own, f64x2.mul(ratioAbove, f64x2.mul(inverse, inverse)), 16);
  }
  let above = load<usize>(node, 4), gain = load<usize>(node, 8), sums = load<usize>(node, 12), previous = load<usize>(node, 20);
  let states: usize = 0;
  x += load<usize>(node, 24);
  for (let count = fours; count > 0; count--) {
    const all0 = v128.load(previous), all1 = v128.load(previous, 16);
    const left0 = passesLeft(x, threshold, mirror, all0), left1 = passesLeft(x + 16, threshold, mirror, all1);
    const a0 = f64x2.add(f64x2.mul(all0, right), f64x2.mul(left0, more)), a1 = f64x2.add(f64x2.mul(all1, right), f64x2.mul(left1, more));
    const gain0 = v128.load(gain), gain1 = v128.load(gain, 16);
    let apart0 = f64x2.splat(0), apart1 = apart0;
    let from = above, to = sums, ofAbove = tauAbove, w = scratch, apart = rule;
    for (let own = frame; own < frameEnd; own += 64, ofAbove += 64, from += pointBytes, to += pointBytes, w += 32, apart += 32) {
      const t = v128.load(own), slope = v128.load(own, 16), tAbove = v128.load(ofAbove), weight = v128.load(apart, 16);
      v128.store(to, f64x2.add(mean, f64x2.mul(a0, t)));
      v128.store(to, f64x2.add(mean, f64x2.mul(a1, t)), 16);
      const c0 = f64x2.mul(v128.load(from, 128), f64x2.add(ratio, f64x2.mul(gain0, tAbove)));
      const c1 = f64x2.mul(v128.load(from, 144), f64x2.add(ratio, f64x2.mul(gain1, tAbove)));
      const w0 = f64x2.mul(f64x2.mul(c0, slope), a0), w1 = f64x2.mul(f64x2.mul(c1, slope), a1);
      v128.store(w, w0);
      v128.store(w, w1, 16);
      apart0 = f64x2.add(apart0, f64x2.mul(w0, weight));
      apart1 = f64x2.add(apart1, f64x2.mul(w1, weight));
    }
    addPartners(node, pairs, states, scratch, w, apart0, apart1);
    above += stride; gain += stride; sums += stride; previous += stride; states += stride; x += 32; pairs += 32;
  }
}

/** The frame above the root; every column's tests are passed there. */
function startPairFrame(frame: usize, rule: usize, points: usize, fours: u32): void {
  for (let q: usize = 0; q < points; q++) v128.store(frame + (q << 6), v128.load(rule + (q << 5)));
  for (let four = frame + (points << 6); fours > 0; fours--) {
    v128.store(four, f64x2.splat(0));
    v128.store(four, f64x2.splat(0), 16);
    v128.store(four, f64x2.splat(1), 64);
    v128.store(four, f64x2.splat(1), 80);
    let weights = rule + (points << 5);
    four += stateBytes;
    for (let q = points; q > 0; q--, weights += 16, four += pointBytes) {
      v128.store(four, v128.load(weights));
      v128.store(four, v128.load(weights), 16);
    }
  }
}

function runPairProgram(step: usize, end: usize, x: usize, pairs: usize, rule: usize, points: usize, fours: u32, scratch: usize): void {
  for (; step < end; step += 8) {
    const node = load<usize>(step, 4);
    switch (load<u32>(step)) {
      case 0: enterPairs(node, x, rule, points, fours); break;
      case 1: leavePairs(node, pairs, rule, points, fours, scratch, false); break;
      case 2: leavePairs(node, pairs, rule, points, fours, scratch, true); break;
      default: leafPairs(node, x, pairs, rule, points, fours, scratch);
    }
  }
}

/**
 * Adds the interactions of pairs, both orders together, to blocks as `attributeBlocks` does; `scratch` has 32 bytes per point.
 * A rule: per point t and 1 / (1 - t), then the weights.
 */
export function interactBlocks(trees: usize, treesEnd: usize, x: usize, xBytes: usize, pairs: usize, pairBytes: usize, blocks: u32, fours: u32, frame: usize, scratch: usize): void {
  for (let tree = trees; tree < treesEnd; tree += 16) {
    const program = load<usize>(tree), end = load<usize>(tree, 4), points = load<usize>(tree, 8), rule = load<usize>(tree, 12);
    startPairFrame(frame, rule, points, fours);
    let rows = x, to = pairs;
    for (let block: u32 = 0; block < blocks; block++, rows += xBytes, to += pairBytes) {
      runPairProgram(program, end, rows, to, rule, points, fours, scratch);
    }
  }
}
