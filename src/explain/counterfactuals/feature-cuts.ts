// What: between which values of a number feature a model cannot tell rows apart.
// Source: `FeatureSteps`, `TreeEnsemble`, `LinearModel`; steps are walked from the model's columns back to the features.
// Complexity: per step linear in the cuts of its value, 64 runs of the step for each.
// Invariant: with `varies` 'not', two values with no cut between them give equal answers, whatever the rest of the row is.

import { createRowEncoder } from '../../inference/index.ts';
import {
  type FeatureStep,
  type FeatureSteps,
  moveStep,
  type Pipeline,
  sourcesOf,
} from '../../model/index.ts';
import {
  addCut,
  merge,
  newTrace,
  raise,
  type Trace,
  traceModel,
  type Variation,
} from './trace-model.ts';

/** Where the answer of a model may jump when one number moves and everything else stays. */
export interface FeatureCuts {
  /** Ascending; a cut belongs to what is above it. */
  readonly cuts: readonly number[];
  readonly varies: Variation;
}

/** Finds the cuts of the number features asked about; those of any other feature are empty. */
export function findCuts(
  { model, steps }: Pipeline,
  asked: (feature: number) => boolean,
): FeatureCuts[] {
  const matters = reach(
    steps,
    Array.from({ length: steps.features }, (_, f) => asked(f)),
  );
  const columns = steps.columns.map((value) => newTrace(matters[value]!));
  if (model.kind === 'calibrated-model') {
    const asColumns = columns.map(({ matters: isAsked }) => isAsked);
    for (const member of model.members) {
      const reached = reach(member.steps, asColumns);
      const own = member.steps.columns.map((value) => newTrace(reached[value]!));
      traceModel(member.model, own);
      // a mean of calibrated scores may rise and fall again
      for (const trace of own) if (trace.varies === 'straight') trace.varies = 'any';
      for (const [index, trace] of traceSteps(member.steps, own, reached).entries())
        merge(columns[index]!, trace);
    }
  } else {
    traceModel(model, columns);
  }
  return traceSteps(steps, columns, matters).map(({ cuts, varies }) => ({
    cuts: [...cuts].toSorted((one, other) => one - other),
    varies,
  }));
}

/** Of each value, first those of the features: whether it is one that is asked about, or made from one. */
function reach({ steps }: FeatureSteps, asked: readonly boolean[]): boolean[] {
  const reached = [...asked];
  for (const step of steps) reached.push(sourcesOf(step).some((of) => reached[of]!));
  return reached;
}

/** From the traces of columns to those of features. */
function traceSteps(
  { columns, features, steps }: FeatureSteps,
  ofColumns: readonly Trace[],
  matters: readonly boolean[],
): Trace[] {
  const traces = matters.map(newTrace);
  for (const [index, value] of columns.entries()) merge(traces[value]!, ofColumns[index]!);
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index]!;
    const made = traces[features + index]!;
    if (!made.isAskedFor && made.cuts.size === 0 && made.varies === 'not') continue;
    for (const [position, of] of sourcesOf(step).entries())
      if (matters[of]) traceBack(step, made, traces[of]!, position);
  }
  return traces.slice(0, features);
}

/** What the cuts and moves of a step's result are as those of one value that it looks at. */
function traceBack(step: FeatureStep, made: Trace, source: Trace, position: number): void {
  const { cuts } = source;
  const addWhole = (key: number): void => {
    cuts.add(key);
    addCut(cuts, (x) => x > key);
  };
  source.isAskedFor = true;
  // negative numbers, 0 and positive ones become minus infinity, missing and infinity
  if (step.kind === 'divide' && step.operand === 0) return addWhole(0);
  switch (step.kind) {
    case 'is-missing':
      return;
    case 'first':
    case 'fill':
      return merge(source, made);
    case 'forget': {
      const isNear = (x: number): boolean => Math.abs(x - step.value) <= step.tolerance;
      addCut(cuts, (x) => x >= step.value || isNear(x));
      addCut(cuts, (x) => x > step.value && !isNear(x));
      return merge(source, made);
    }
    case 'equals':
      return addWhole(step.operand);
    case 'at-least':
      cuts.add(step.operand);
      return;
    case 'above':
      return addCut(cuts, (x) => x > step.operand);
    case 'recode':
      return step.keys.forEach(addWhole);
    case 'recode-together':
      for (let key = 0; key < step.terms[position]!.length / 2; key++) addWhole(key);
      return;
    case 'normalize':
      source.varies = 'any';
      return;
    case 'add':
    case 'multiply':
    case 'divide':
    case 'clip':
    case 'round':
    case 'floor':
    case 'truncate':
      return traceMonotone(step, made, source);
  }
}

type MonotoneStep = Extract<
  FeatureStep,
  { kind: 'add' | 'multiply' | 'divide' | 'clip' | 'round' | 'floor' | 'truncate' }
>;

function traceMonotone(step: MonotoneStep, made: Trace, source: Trace): void {
  const factor = step.kind === 'multiply' || step.kind === 'divide' ? step.operand : 1;
  if (factor === 0) return;
  const encode = createRowEncoder({ features: 1, steps: [moveStep(step, () => 0)], columns: [1] });
  const from = new Float64Array(1);
  const to = new Float64Array(1);
  const run = (x: number): number => {
    from[0] = x;
    encode(from, to);
    return to[0]!;
  };
  for (const cut of made.cuts)
    addCut(source.cuts, factor > 0 ? (x) => run(x) >= cut : (x) => run(x) < cut);
  if (made.varies === 'not') return;
  if (step.kind === 'clip') for (const bend of [step.min, step.max]) source.cuts.add(bend);
  raise(source, step.kind === 'floor' || step.kind === 'truncate' ? 'any' : made.varies);
}
