// What: the `base_score` of a file that gives the margins that a model starts from, in every version of XGBoost.
// Source: readBaseMargins of base-margins.ts, backwards. Versions before 3.1 misread a score for each output without a
// word, and those before 3.2 refuse 0 and 1 for probabilities.
// Complexity: linear in the number of outputs.
// Invariant: what is written reads back to the same margins, bit for bit, those of the first trees included.

import { refuseUnsupported } from '../refusals.ts';
import { float32Text } from '../writing/float32-text.ts';
import { readBaseMargins } from './base-margins.ts';
import type { Objective } from './objectives.ts';

/** What the file says of the margins that a model starts from. */
export interface WrittenBase {
  /** The text of `base_score`. */
  readonly score: string;
  /** What trees of one leaf add first, per output, when one score cannot say it; `null` when there is nothing to add. */
  readonly margins: Float64Array | null;
}

type Scale = Objective['baseScale'];

const { fround } = Math;
const smallest = fround(1e-6);
const largest = fround(1 - smallest);
/** Scores are looked for so many float32 to both sides of where arithmetic puts them. */
const reach = 64;

/** The scores that give no margin at all. */
const neutral: Readonly<Record<Exclude<Scale, 'increments'>, number>> = {
  margin: 0,
  probability: 0.5,
  'bounded-probability': 0.5,
  positive: 1,
};

/** For scores on the scale of the answers, one per output. */
export function writeBaseScores(scores: readonly number[], scale: Scale): WrittenBase {
  const isProbability = scale === 'probability' || scale === 'bounded-probability';
  const texts = scores.map((score) =>
    float32Text(
      isProbability ? Math.min(Math.max(fround(score), smallest), largest) : fround(score),
    ),
  );
  const [first = float32Text(0)] = texts;
  // expectiles are younger than the score for each output
  if (scale === 'increments' && texts.length > 1)
    return { score: `[${texts.join(',')}]`, margins: null };
  if (texts.every((text) => text === first)) return { score: first, margins: null };
  return addFirst(readBaseMargins(`[${texts.join(',')}]`, texts.length, scale), scale);
}

/** For margins, one per output. */
export function writeBaseMargins(margins: Float64Array, scale: Scale): WrittenBase {
  if (scale === 'increments') return writeIncrements(margins);
  const [first = 0] = margins;
  if (margins.every((margin) => Object.is(margin, first))) {
    const score = findScore(guessScore(first, scale), scale, (text) =>
      Object.is(readBaseMargins(text, 1, scale)[0], first),
    );
    if (score !== null) return { score: float32Text(score), margins: null };
  }
  return addFirst(margins, scale);
}

function addFirst(margins: Float64Array, scale: Scale): WrittenBase {
  const start = neutral[scale === 'increments' ? 'margin' : scale];
  return { score: float32Text(start), margins };
}

/** The score of each expectile lies above that before it by what its margin gives. */
function writeIncrements(margins: Float64Array): WrittenBase {
  const texts: string[] = [];
  let before = 0;
  for (const [output, margin] of margins.entries()) {
    const guess = output === 0 ? margin : before + Math.log1p(Math.exp(margin)) + smallest;
    const previous = float32Text(fround(before));
    const score = findScore(guess, 'increments', (text) =>
      output === 0
        ? fround(Number(text)) === margin
        : Object.is(readBaseMargins(`[${previous},${text}]`, 2, 'increments')[1], margin),
    );
    if (score === null) {
      refuseUnsupported(`a base of ${margin} for expectile ${output}`, 'no base_score gives it');
    }
    before = score;
    texts.push(float32Text(score));
  }
  return { score: texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`, margins: null };
}

function guessScore(margin: number, scale: Scale): number {
  if (scale === 'margin' || scale === 'increments') return margin;
  return scale === 'positive' ? Math.exp(margin) : 1 / (1 + Math.exp(-margin));
}

/** The score nearest to a guess whose text is the one looked for, `null` when there is none around. */
function findScore(
  guess: number,
  scale: Scale,
  isSought: (text: string) => boolean,
): number | null {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, guess);
  const start = bits.getInt32(0);
  for (let distance = 0; distance <= reach; distance++) {
    for (const step of [distance, -distance]) {
      bits.setInt32(0, start + step);
      const score = bits.getFloat32(0);
      if (isPortable(score, scale) && isSought(float32Text(score))) return score;
    }
  }
  return null;
}

/** Whether every version takes it for a score. */
function isPortable(score: number, scale: Scale): boolean {
  if (scale === 'positive') return score > 0 && Number.isFinite(score);
  if (scale === 'margin' || scale === 'increments') return Number.isFinite(score);
  return score >= smallest && score <= largest;
}
