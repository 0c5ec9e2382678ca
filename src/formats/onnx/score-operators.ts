import type { Label, Link } from '../../model/index.ts';
import { addToSource, joinSources, stretchSource } from './change-source.ts';
import { calculate, normalizeColumns } from './column-operators.ts';
import { pair, type Scores, type ScoreView } from './graph-values.ts';
import {
  constantAt,
  type Operator,
  type OperatorContext,
  refuseOperator,
} from './operator-context.ts';

/** `Sigmoid` of scores. */
export const sigmoid: Operator = (context) => {
  const scores = rawScoresOf(context);
  const link = scores.source.outputs === 1 ? 'logistic' : 'independent-logistic';
  return [{ ...scores, link }];
};

/** `Softmax` of scores. */
export const softmax: Operator = (context) => {
  const scores = rawScoresOf(context);
  const axis = context.node.integer('axis') ?? -1;
  if ((axis !== 1 && axis !== -1) || scores.source.outputs === 1) refuseOperator(context);
  return [{ ...scores, link: 'softmax' }];
};

/** `Exp` of scores. */
export const exponentiate: Operator = (context) => [
  { ...rawScoresOf(context), link: 'exponential' },
];

/** `Abs` of what is never negative. */
export const dropSign: Operator = (context) => {
  const scores = scoresOf(context);
  const positive: readonly Link[] = ['logistic', 'independent-logistic', 'softmax', 'exponential'];
  return positive.includes(scores.link) ? [scores] : refuseOperator(context);
};

/** `ReduceSum` of the scores of each row. */
export const sumScores: Operator = (context) => {
  const of = scoresOf(context);
  const axes =
    context.inputs.length > 1
      ? constantAt(context, 1)?.tensor.numbers
      : context.node.integers('axes');
  const axis = axes?.[0];
  if (axes?.length !== 1 || (axis !== 1 && axis !== -1) || !isWhole(of)) refuseOperator(context);
  return [{ kind: 'row-sums', of }];
};

/** `Normalizer`: of scores with L1 one after the logistic of each, else of columns. */
export const normalize: Operator = (context) => {
  const [value] = context.inputs;
  if (value?.kind !== 'scores') return normalizeColumns(context);
  if (context.node.text('norm') !== 'L1') refuseOperator(context, 'of scores, other than L1');
  return [shareOut(context, value)];
};

/** `ArgMax` of the scores of each row: the first of the highest. */
export const chooseHighest: Operator = (context) => {
  const scores = scoresOf(context);
  const axis = context.node.integer('axis') ?? 0;
  const isLast = (context.node.integer('select_last_index') ?? 0) !== 0;
  if ((axis !== 1 && axis !== -1) || isLast || !isWhole(scores)) refuseOperator(context);
  const isPair = scores.source.outputs === 1;
  if (isPair && scores.view.length !== 2) refuseOperator(context, 'of one score');
  const above = isPair ? (scores.link === 'logistic' ? 0 : 0.5) : null;
  return [{ kind: 'label', scores, classes: scores.view.map((_, index) => index), above }];
};

/** `ZipMap`: scores by the names of their classes. */
export const nameScores: Operator = (context) => {
  const scores = scoresOf(context);
  const words = context.node.texts('classlabels_strings');
  const classes: readonly Label[] =
    words.length > 0 ? words : context.node.integers('classlabels_int64s');
  if (classes.length !== scores.view.length || !isWhole(scores)) {
    context.node.refuse(`${classes.length} classes for ${scores.view.length} scores`);
  }
  return [{ kind: 'table', scores, classes }];
};

/** `Add`, `Sub`, `Mul`, `Div` and `Sum` with constants; of scores also with what belongs to them. */
export const combine: Operator = (context) => {
  const { inputs, node } = context;
  const [first, second] = inputs;
  const [value, other, isReversed] =
    first?.kind === 'constant' ? [second, first, true] : [first, second, false];
  if (inputs.length === 1 && value?.kind === 'scores') return [value];
  if (other?.kind === 'constant') {
    if (value?.kind === 'columns') {
      return [calculate(context, value, other.tensor.numbers, isReversed)];
    }
    if (value?.kind === 'scores') {
      return [moveScores(context, value, other.tensor.numbers, isReversed)];
    }
  }
  if (value?.kind === 'scores' && other?.kind === 'row-sums' && node.operator === 'Div') {
    const isSame = other.of.source === value.source && other.of.link === value.link;
    if (isSame && isWhole(value)) return [shareOut(context, value)];
  }
  if (node.operator === 'Add' || node.operator === 'Sum') {
    return [
      inputs
        .map((input) => rawScores(context, input))
        .reduce((sum, next) => join(context, sum, next)),
    ];
  }
  return refuseOperator(context, 'of values that all come from a row');
};

/** Scores divided by their sum. */
function shareOut(context: OperatorContext, scores: Scores): Scores {
  if (!isWhole(scores)) refuseOperator(context, 'of some scores');
  if (scores.link === 'independent-logistic') return { ...scores, link: 'one-vs-rest' };
  // these sum to 1 already
  const sumToOne: readonly Link[] = ['softmax', 'one-vs-rest', 'softmax-nonzero'];
  const isPair = scores.view.length === 2 && scores.source.outputs === 1;
  return isPair || sumToOne.includes(scores.link)
    ? scores
    : refuseOperator(context, 'of these scores');
}

function moveScores(
  context: OperatorContext,
  scores: Scores,
  constants: Float64Array,
  isReversed: boolean,
): Scores {
  const { operator } = context.node;
  const { link, source } = scores;
  const isTimes = operator === 'Mul' || operator === 'Div';
  const neutral = isTimes ? 1 : 0;
  if (
    constants.every((number) => number === neutral) &&
    (!isReversed || operator === 'Add' || operator === 'Mul')
  ) {
    return scores;
  }
  const [only] = constants;
  if (constants.length === 1 && operator === 'Sub' && isReversed && only === 1) {
    if (link !== 'logistic') refuseOperator(context, 'of scores from a constant');
    return { ...scores, view: scores.view.map(complement) };
  }
  if (!isPlain(scores) || (constants.length !== 1 && constants.length !== source.outputs)) {
    refuseOperator(context, 'of these scores');
  }
  if (isTimes) {
    if (constants.length !== 1 || (isReversed && operator === 'Div') || only === 0) {
      refuseOperator(context, 'of scores by these constants');
    }
    if (link === 'identity') {
      return {
        ...scores,
        source: stretchSource(source, only!, operator === 'Mul' ? 'multiply' : 'divide'),
      };
    }
    if (link !== 'exponential' || !(only! > 0)) refuseOperator(context, 'after a link');
    // c e^s is e^(s + ln c)
    const logarithm = operator === 'Mul' ? Math.log(only!) : -Math.log(only!);
    return { ...scores, source: addToSource(source, [logarithm]) };
  }
  if (link !== 'identity' || (isReversed && operator === 'Sub'))
    refuseOperator(context, 'after a link');
  const signed = operator === 'Sub' ? constants.map((number) => -number) : constants;
  return { ...scores, source: addToSource(source, signed) };
}

function join(context: OperatorContext, first: Scores, second: Scores): Scores {
  const source = joinSources(first.source, second.source);
  return source === null ? refuseOperator(context, 'of several models') : { ...first, source };
}

function complement({ output, isComplement }: ScoreView): ScoreView {
  return { output, isComplement: !isComplement };
}

/** Whether all outputs are in view, in their order. */
function isPlain({ source, view }: Scores): boolean {
  return (
    view.length === source.outputs &&
    view.every(({ isComplement, output }, index) => !isComplement && output === index)
  );
}

/** The same, or the two classes that one score tells apart. */
function isWhole(scores: Scores): boolean {
  const isPair =
    scores.source.outputs === 1 &&
    scores.view.length === 2 &&
    scores.view.every(({ isComplement }, index) => isComplement === pair[index]!.isComplement);
  return isPair || isPlain(scores);
}

function scoresOf(context: OperatorContext): Scores {
  const [value] = context.inputs;
  return value?.kind === 'scores' ? value : refuseOperator(context, 'before a model');
}

/** Scores that nothing was done to. */
function rawScoresOf(context: OperatorContext): Scores {
  return rawScores(context, context.inputs[0]);
}

function rawScores(context: OperatorContext, value: OperatorContext['inputs'][number]): Scores {
  if (value?.kind !== 'scores' || value.link !== 'identity' || !isPlain(value)) {
    refuseOperator(context, 'of what are no scores of a model');
  }
  return value;
}
