// What: the attribution of a model's answer against the rows of a background, exact for that background.
// Source: interventional SHAP, Janzing et al. (AISTATS 2020); Lundberg et al., Nature Machine Intelligence 2 (2020), whose
//   shap.TreeExplainer(model, data, model_output='probability') rescales in the same way.
// Complexity: background rows times nodes per row, less where interventional/background-trees.ts can; columns for linear models.
// Invariant: base + attributions = the float64 score or probability, to rounding; a column that has one value in the row
//   and in the whole background gets exactly 0.
import { SpillwayError } from '../core/index.ts';
import { createRowEncoder, type RowEncoder } from '../inference/index.ts';
import type { Background, Pipeline } from '../model/index.ts';
import { type Attributor, oneByOne } from './attributor.ts';
import {
  type AnswerCurve,
  calibrationCurve,
  probabilityCurve,
} from './interventional/answer-curve.ts';
import type { BackgroundGame, GameSetting } from './interventional/background-game.ts';
import { createBackgroundLinear } from './interventional/background-linear.ts';
import { createBackgroundTrees } from './interventional/background-trees.ts';
import { encodeBackground } from './interventional/encode-background.ts';
import { soleSources } from './interventional/sole-sources.ts';

/** What is attributed. */
export interface InterventionalOptions {
  /** The score before the link, or the probability that the link makes of it. */
  readonly output: 'score' | 'probability';
}

/** A model whose score counts, as it is or through a curve, for an equal share of the answer. */
interface Part {
  readonly game: BackgroundGame;
  /** What makes a probability of each score; `null` where the score itself is attributed. */
  readonly curve: AnswerCurve | null;
  /** Makes the columns of this model; `null` where they are those of the whole. */
  readonly encode: RowEncoder | null;
  readonly columns: Float64Array;
  readonly scores: Float64Array;
}

/**
 * Prepares the attribution of a model's answers against the rows of a background.
 *
 * A mixture of the row and a background row takes some columns from the one and the rest from the other. What a column is
 * attributed is its Shapley value in the game that such mixtures are worth, averaged over the background: what the answer
 * moves when the column changes from what it is in the background to what it is in the row. No cover is looked at.
 *
 * With `output: 'score'` these are the Shapley values of the score. With `output: 'probability'`, and for calibrated
 * models always, they are not the Shapley values of the probability: against each background row, the Shapley values of
 * the score are multiplied by how much the probability differs per unit of score, so that they add up to the probability.
 * Scores that are probabilities, as of forests, need no rescaling and are exact in this sense too. Members of a
 * calibrated model are rescaled one by one and averaged, as their answers are.
 *
 * `score` and `base` are in float64 what the attributions add up to and what they start from, the mean over the background.
 * @throws SpillwayError `NOT_EXPLAINABLE` when the background is empty or a row of it has no finite score, when a
 * probability depends on the scores of several labels, and when the decisions of the background take too much memory.
 */
export function createInterventionalShap(
  pipeline: Pipeline,
  background: Background,
  { output }: InterventionalOptions,
): Attributor {
  const { count } = background;
  const { columns, outputs } = pipeline.model;
  const rows = encodeBackground(pipeline, background);
  const parts = createParts(pipeline.model, rows, count, output);
  for (const { game } of parts) checkScores(game, count);
  const weights = new Float64Array(count * outputs);
  const share = 1 / (count * parts.length);
  const base = new Float64Array(outputs);
  for (const { curve, game } of parts) {
    for (const [index, score] of game.backgroundScores.entries())
      base[index % outputs]! += (curve === null ? score : curve.at(score)) * share;
  }

  return oneByOne(columns.length, {
    method: 'interventional-shap',
    base,
    attribute(row, attributions) {
      attributions.fill(0);
      for (const part of parts) {
        const { curve, game, scores } = part;
        const own = columnsOf(part, row);
        if (curve === null) {
          game.attribute(own, null, attributions);
          continue;
        }
        game.score(own, scores);
        for (let index = 0; index < weights.length; index++) {
          const score = scores[index % outputs]!;
          weights[index] = curve.chord(score, game.backgroundScores[index]!) * share;
        }
        game.attribute(own, weights, attributions);
      }
    },
    score(row, answers) {
      answers.fill(0);
      for (const part of parts) {
        const { curve, game, scores } = part;
        game.score(columnsOf(part, row), scores);
        for (let k = 0; k < outputs; k++)
          answers[k]! += curve === null ? scores[k]! : curve.at(scores[k]!) / parts.length;
      }
    },
  });
}

function columnsOf({ columns, encode }: Part, row: Float64Array): Float64Array {
  if (encode === null) return row;
  encode(row, columns);
  return columns;
}

/** Only the members of a calibrated model are several, and each of those has a curve. */
function createParts(
  model: Pipeline['model'],
  rows: Float64Array,
  count: number,
  output: 'score' | 'probability',
): Part[] {
  const width = model.columns.length;
  if (model.kind !== 'calibrated-model') {
    const curve = output === 'probability' ? probabilityCurve(model) : null;
    const players = Int32Array.from({ length: width }, (_, column) => column);
    const game = createGame(model, { rows, count, players, isWeighed: curve !== null });
    return [partOf(game, curve, null, width)];
  }
  return model.members.map((member) => {
    const encode = createRowEncoder(member.steps);
    const own = member.model.columns.length;
    const encoded = new Float64Array(count * own);
    for (let b = 0; b < count; b++) {
      encode(rows.subarray(b * width, (b + 1) * width), encoded.subarray(b * own, (b + 1) * own));
    }
    const curve = calibrationCurve(member);
    const players = soleSources(member.steps);
    const game = createGame(member.model, { rows: encoded, count, players, isWeighed: true });
    return partOf(game, curve, encode, own);
  });
}

function partOf(
  game: BackgroundGame,
  curve: AnswerCurve | null,
  encode: RowEncoder | null,
  columns: number,
): Part {
  const scores = new Float64Array(game.outputs);
  return { game, curve, encode, columns: new Float64Array(columns), scores };
}

function createGame(
  model: Exclude<Pipeline['model'], { kind: 'calibrated-model' }>,
  setting: GameSetting,
): BackgroundGame {
  return model.kind === 'linear-model'
    ? createBackgroundLinear(model, setting)
    : createBackgroundTrees(model, setting);
}

function checkScores({ backgroundScores, outputs }: BackgroundGame, count: number): void {
  const fault = backgroundScores.findIndex((score) => !Number.isFinite(score));
  if (fault === -1) return;
  const row = Math.floor(fault / outputs);
  throw new SpillwayError(
    'NOT_EXPLAINABLE',
    `row ${row} of the ${count} background rows has no finite score: a missing or infinite value reaches a model that has no answer for it`,
    { details: { row } },
  );
}
