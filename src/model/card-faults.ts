import type { Feature } from './feature-schema.ts';
import type { CardColumn, CardExplanation, CardFile } from './model-card.ts';
import type { Task } from './prediction.ts';
import type { Rule } from './rules.ts';

/** The card as its file has it, each field already checked by itself. */
interface CardInput {
  readonly task: Task;
  readonly labels: readonly unknown[];
  readonly features: readonly Feature[];
  readonly calibration?: unknown;
  readonly columns?: readonly CardColumn[] | undefined;
  readonly risk_thresholds: { readonly high: number; readonly medium: number };
  readonly background?:
    | {
        readonly column_means?: readonly number[] | undefined;
        readonly rows?: CardFile | undefined;
      }
    | undefined;
  readonly explain: CardExplanation;
  readonly rules?: readonly Rule[] | undefined;
}

/** What is wrong with a card, and the path to it. */
interface CardFault {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What no field can say alone: names that must exist, lengths that must agree, rules that must always answer. */
export function* cardFaults(card: CardInput): Generator<CardFault> {
  const features = new Map(card.features.map((f) => [f.name, f]));
  if (features.size !== card.features.length)
    yield { path: ['features'], message: 'two features share a name' };
  const expected = { binary: 2, regression: 0, multiclass: Math.max(2, card.labels.length) }[
    card.task
  ];
  if (card.labels.length !== expected) {
    yield {
      path: ['labels'],
      message: `expected ${expected} labels for a ${card.task} model, got ${card.labels.length}`,
    };
  }
  if (card.calibration !== undefined && card.task !== 'binary') {
    yield { path: ['calibration'], message: 'is for binary models' };
  }
  if (card.risk_thresholds.medium > card.risk_thresholds.high) {
    yield { path: ['risk_thresholds'], message: 'medium is above high' };
  }
  for (const [index, { from }] of (card.columns ?? []).entries()) {
    for (const s of from) {
      const path = ['columns', index, 'from'];
      const known = features.get(s.feature);
      if (known === undefined) yield { path, message: `unknown feature ${s.feature}` };
      else if (s.equals !== undefined && !known.categories?.includes(s.equals)) {
        yield { path, message: `${s.feature} has no category ${s.equals}` };
      } else if (s.atLeast !== undefined && known.type === 'category') {
        yield { path, message: `${s.feature} is a category: at_least needs a number` };
      }
    }
  }
  const columnCount = card.columns?.length ?? card.features.length;
  const means = card.background?.column_means;
  if (means !== undefined && means.length !== columnCount) {
    yield {
      path: ['background', 'column_means'],
      message: `expected ${columnCount} means, one per column`,
    };
  }
  yield* explanationFaults(card);
  yield* ruleFaults(card, features);
}

function* explanationFaults({
  background,
  explain,
  features,
  task,
}: CardInput): Generator<CardFault> {
  const { adverse, method, output } = explain;
  if (method !== 'exact' && background?.rows === undefined) {
    yield {
      path: ['explain', 'method'],
      message: `${method} compares with the rows of a background: background.rows names them`,
    };
  }
  if (output === 'probability' && (method !== 'interventional' || task === 'regression')) {
    yield {
      path: ['explain', 'output'],
      message: 'probability is for the interventional method and for classifiers',
    };
  }
  if (adverse !== undefined && task === 'multiclass') {
    yield {
      path: ['explain', 'adverse'],
      message: 'with several labels the reasons are those for the label predicted',
    };
  }
  for (const [index, { changeable, ...feature }] of features.entries()) {
    if (changeable === undefined) continue;
    const path = ['features', index, 'changeable'];
    const { direction, max = feature.max, min = feature.min, step, to } = changeable;
    if (feature.type === 'category') {
      if ([direction, changeable.min, changeable.max, step].some((bound) => bound !== undefined))
        yield { path, message: 'direction, min, max and step are for numbers' };
      const stranger = to?.find((category) => !feature.categories?.includes(category));
      if (stranger !== undefined) yield { path, message: `there is no category ${stranger}` };
    } else {
      if (to !== undefined) yield { path, message: 'to is for categories' };
      if (min === undefined || max === undefined)
        yield {
          path,
          message: 'a changeable number needs a min and a max, here or of the feature',
        };
    }
  }
}

function* ruleFaults(
  card: CardInput,
  features: ReadonlyMap<string, Feature>,
): Generator<CardFault> {
  const rules = card.rules ?? [];
  const answer = (
    { binary: 'probability', multiclass: 'probabilities', regression: 'value' } as const
  )[card.task];
  for (const [index, r] of rules.entries()) {
    const path = ['rules', index];
    const answers = (['probability', 'probabilities', 'value'] as const).filter(
      (key) => r[key] !== undefined,
    );
    if (answers.length !== 1 || answers[0] !== answer) {
      yield { path, message: `expected exactly one answer, ${answer}, for a ${card.task} model` };
    } else if (r.probabilities !== undefined && r.probabilities.length !== card.labels.length) {
      yield { path, message: `expected ${card.labels.length} probabilities, one per label` };
    } else if (r.probabilities !== undefined && Math.abs(sum(r.probabilities) - 1) > 1e-6) {
      yield { path, message: 'the probabilities do not sum to 1' };
    }
    if (r.when.length === 0 && index < rules.length - 1)
      yield { path, message: 'always holds, so no later rule is ever reached' };
    for (const c of r.when) {
      const known = features.get(c.feature);
      if (known === undefined) yield { path, message: `unknown feature ${c.feature}` };
      else if ('is' in c && known.type !== 'category' && typeof c.is !== 'number') {
        yield { path, message: `${c.feature} is a number: is needs one` };
      } else if ('is' in c && known.type === 'category' && !known.categories?.includes(c.is)) {
        yield { path, message: `${c.feature} has no category ${c.is}` };
      } else if (('below' in c || 'atLeast' in c) && known.type === 'category') {
        yield { path, message: `${c.feature} is a category: below and at_least need a number` };
      }
    }
  }
  if (rules.length > 0 && rules[rules.length - 1]?.when.length !== 0) {
    yield {
      path: ['rules', rules.length - 1],
      message: 'the last rule must have an empty when, so that rules always answer',
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
