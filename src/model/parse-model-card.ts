import { z } from 'zod';
import { type Fault, SpillwayError } from '../core/index.ts';
import type { Feature } from './feature-schema.ts';
import type { CardColumn, ModelCard } from './model-card.ts';
import type { Rule, RuleCondition } from './rules.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');
const file = z
  .string()
  .regex(/^[\w-][\w.-]*$/, 'expected a plain file name inside the version directory');
const category = z.union([z.string(), z.number()]);

const feature = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(200)
      .refine((name) => !(name in Object.prototype), 'is a name that every object has'),
    type: z.enum(['number', 'integer', 'category']),
    label: z.string().optional(),
    unit: z.string().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    categories: z.array(category).min(1).optional(),
    required: z.boolean().default(false),
    missing: z.string().optional(),
    monotonic: z.enum(['increasing', 'decreasing']).optional(),
  })
  .refine(
    (f) => (f.type === 'category') === (f.categories !== undefined),
    'categories belong to type category, and only there',
  )
  .refine((f) => f.min === undefined || f.max === undefined || f.min <= f.max, 'min is above max');

const source = z
  .strictObject({
    feature: z.string(),
    equals: category.optional(),
    at_least: z.number().optional(),
  })
  .refine(
    (s) => s.equals === undefined || s.at_least === undefined,
    'equals and at_least exclude each other',
  )
  .transform(({ at_least, ...rest }) => ({ ...rest, atLeast: at_least }));

const column = z.strictObject({
  name: z.string().min(1),
  from: z.array(source).min(1),
  missing: z.number().nullable().default(null),
  center: z.number().default(0),
  scale: z
    .number()
    .default(1)
    .refine((scale) => scale !== 0, 'expected a scale other than 0'),
});

const condition = z.union([
  z.strictObject({ feature: z.string(), is: category }),
  z.strictObject({ feature: z.string(), below: z.number() }),
  z
    .strictObject({ feature: z.string(), at_least: z.number() })
    .transform(({ at_least, ...rest }) => ({ ...rest, atLeast: at_least })),
  z.strictObject({ feature: z.string(), missing: z.literal(true) }),
]) satisfies z.ZodType<RuleCondition>;

const probability = z.number().min(0).max(1);

const rule = z.strictObject({
  when: z.array(condition),
  probability: probability.optional(),
  probabilities: z.array(probability).optional(),
  value: z.number().optional(),
  because: z.string().min(1),
});

const cardSchema = z
  .strictObject({
    name: z.string().optional(),
    description: z.string().optional(),
    format: z.string(),
    artifact: z.strictObject({ file, sha256 }),
    /** A file of node covers beside the artifact, for formats that lack them. */
    covers: z.strictObject({ file, sha256 }).optional(),
    task: z.enum(['binary', 'multiclass', 'regression']),
    labels: z.array(z.union([z.string(), z.number()])).default([]),
    decision_threshold: probability.default(0.5),
    features: z.array(feature).min(1),
    columns: z.array(column).min(1).optional(),
    risk_thresholds: z
      .strictObject({ high: probability, medium: probability })
      .default({ high: 0.7, medium: 0.4 }),
    weight: z.number().min(0).default(1),
    /** Mean of each column over the training rows, in column order, after centring and scaling. */
    background: z.strictObject({ column_means: z.array(z.number()) }).optional(),
    rules: z.array(rule).optional(),
    training: z.record(z.string(), z.unknown()).optional(),
    metrics: z.record(z.string(), z.unknown()).optional(),
    created_at: z.string().optional(),
    owner: z.string().optional(),
    intended_use: z.string().optional(),
  })
  .superRefine((card, context) => {
    for (const fault of crossFaults(card)) context.addIssue({ code: 'custom', ...fault });
  })
  .transform(
    ({ decision_threshold, risk_thresholds, background, created_at, intended_use, ...card }) => ({
      ...card,
      decisionThreshold: decision_threshold,
      riskThresholds: risk_thresholds,
      ...(background && { columnMeans: background.column_means }),
      createdAt: created_at,
      intendedUse: intended_use,
    }),
  );

/**
 * Reads the text of a `card.json`.
 * @throws SpillwayError `INVALID_CARD` with every fault and where it is.
 */
export function parseModelCard(text: string): ModelCard {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SpillwayError('INVALID_CARD', 'the card is not JSON', { cause });
  }
  const result = cardSchema.safeParse(json);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue): Fault => ({ pointer: `/${issue.path.join('/')}`, message: issue.message }),
  );
  const sentence = faults.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ');
  throw new SpillwayError('INVALID_CARD', `the card has ${faults.length} fault(s): ${sentence}`, {
    faults,
  });
}

type CardInput = {
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly labels: readonly unknown[];
  readonly features: readonly Feature[];
  readonly columns?: readonly CardColumn[] | undefined;
  readonly risk_thresholds: { readonly high: number; readonly medium: number };
  readonly background?: { readonly column_means: readonly number[] } | undefined;
  readonly rules?: readonly Rule[] | undefined;
};

type CrossFault = { readonly path: (string | number)[]; readonly message: string };

/** What no field can say alone: names that must exist, lengths that must agree, rules that must always answer. */
function* crossFaults(card: CardInput): Generator<CrossFault> {
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
  if (card.background !== undefined && card.background.column_means.length !== columnCount) {
    yield {
      path: ['background', 'column_means'],
      message: `expected ${columnCount} means, one per column`,
    };
  }
  yield* ruleFaults(card, features);
}

function* ruleFaults(
  card: CardInput,
  features: ReadonlyMap<string, Feature>,
): Generator<CrossFault> {
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
    }
    if (r.when.length === 0 && index < rules.length - 1)
      yield { path, message: 'always holds, so no later rule is ever reached' };
    for (const c of r.when) {
      const known = features.get(c.feature);
      if (known === undefined) yield { path, message: `unknown feature ${c.feature}` };
      else if ('is' in c && known.type === 'category' && !known.categories?.includes(c.is)) {
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
