import { z } from 'zod';
import { canonicalJson, SpillwayError } from '../core/index.ts';
import { cardFaults } from './card-faults.ts';
import { category, featureFields, sentence, unique } from './feature-fields.ts';
import {
  defaultExplanation,
  defaultRiskThresholds,
  type ModelCard,
  servingRanges,
} from './model-card.ts';
import { parseWithSchema } from './parse-with-schema.ts';
import type { RuleCondition } from './rules.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');
const file = z
  .string()
  .regex(/^[\w-][\w.-]*$/, 'expected a plain file name inside the version directory');
const feature = z
  .strictObject({
    ...featureFields,
    type: z.enum(['number', 'integer', 'category']),
    required: z.boolean().default(false),
    nullable: z.boolean().default(true),
  })
  .refine(
    (f) => (f.type === 'category') === (f.categories !== undefined),
    'categories belong to type category, and only there',
  )
  .refine(
    (f) => f.type === 'category' || f.other_categories === undefined,
    'other_categories belongs to type category, and only there',
  )
  .refine((f) => f.min === undefined || f.max === undefined || f.min <= f.max, 'min is above max')
  .transform(({ other_categories, ...rest }) => ({
    ...rest,
    ...(other_categories !== undefined && { otherCategories: other_categories }),
  }));

const source = z
  .strictObject({
    feature: z.string(),
    equals: category.optional(),
    at_least: z.number().optional(),
    is_missing: z.literal(true).optional(),
  })
  .refine(
    (s) => [s.equals, s.at_least, s.is_missing].filter((test) => test !== undefined).length <= 1,
    'equals, at_least and is_missing exclude each other',
  )
  .transform(({ at_least, is_missing, ...rest }) => ({
    ...rest,
    atLeast: at_least,
    isMissing: is_missing,
  }));

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

const calibration = z.union([
  z.strictObject({ kind: z.literal('sigmoid'), slope: z.number(), intercept: z.number() }),
  z
    .strictObject({
      kind: z.literal('isotonic'),
      x: z.array(z.number()).min(1).max(100_000),
      y: z.array(probability),
    })
    .refine(({ x, y }) => x.length === y.length, 'expected as many x as y')
    .refine(({ x }) => x.every((at, index) => index === 0 || at > x[index - 1]!), 'x must ascend')
    .transform(({ x, y, ...rest }) => ({
      ...rest,
      x: Float64Array.from(x),
      y: Float64Array.from(y),
    })),
]);

const rule = z.strictObject({
  when: z.array(condition),
  probability: probability.optional(),
  probabilities: z.array(probability).optional(),
  value: z.number().optional(),
  because: z.string().min(1),
});

const whenExplained = z.enum(['on-request', 'always', 'required']);

/** One word says when; an object says more. */
const explain = z.union([
  whenExplained.transform((when) => ({ ...defaultExplanation, when })),
  z.strictObject({
    when: whenExplained.default(defaultExplanation.when),
    method: z.enum(['exact', 'interventional', 'lime']).default(defaultExplanation.method),
    output: z.enum(['score', 'probability']).default(defaultExplanation.output),
    samples: z.int().min(100).max(100_000).default(defaultExplanation.samples),
    adverse: z.enum(['higher', 'lower']).optional(),
  }),
]);

const within = (field: keyof typeof servingRanges) => {
  const [min, max] = servingRanges[field];
  return z.int().min(min).max(max);
};

const serving = z
  .strictObject({
    isolation: z.enum(['inline', 'worker']).optional(),
    threads: within('threads').optional(),
    max_memory_mb: within('maxMemoryMb').optional(),
    timeout_ms: z
      .number()
      .positive()
      .max(2 ** 31 - 1)
      .optional(),
    max_concurrent: within('maxConcurrent').optional(),
    queue: within('queue').optional(),
  })
  .refine(
    ({ isolation, threads, max_memory_mb, max_concurrent, queue }) =>
      isolation === 'worker' ||
      [threads, max_memory_mb, max_concurrent, queue].every((value) => value === undefined),
    'threads, max_memory_mb, max_concurrent and queue belong to isolation worker',
  )
  .transform(({ max_memory_mb, timeout_ms, max_concurrent, ...rest }) => ({
    ...rest,
    maxMemoryMb: max_memory_mb,
    timeoutMs: timeout_ms,
    maxConcurrent: max_concurrent,
  }));

const compliance = z
  .strictObject({
    controller: sentence.optional(),
    purpose: sentence.optional(),
    legal_basis: sentence.optional(),
    consequences: sentence.optional(),
    human_involvement: sentence.optional(),
    contact: sentence.optional(),
    right_to_contest: sentence.optional(),
  })
  .transform(({ legal_basis, human_involvement, right_to_contest, ...rest }) => ({
    ...rest,
    legalBasis: legal_basis,
    humanInvolvement: human_involvement,
    rightToContest: right_to_contest,
  }));

const cardSchema = z
  .strictObject({
    name: z.string().optional(),
    version: z.string().min(1).optional(),
    description: z.string().optional(),
    format: z.string(),
    artifact: z.strictObject({ file, sha256 }),
    /** A file of node covers beside the artifact, for formats that lack them. */
    covers: z.strictObject({ file, sha256 }).optional(),
    iterations: z.enum(['all', 'best']).optional(),
    task: z.enum(['binary', 'multiclass', 'regression']),
    labels: unique(z.array(category)).default([]),
    decision_threshold: probability.default(0.5),
    features: z.array(feature).min(1),
    calibration: calibration.optional(),
    columns: z.array(column).min(1).optional(),
    risk_thresholds: z
      .strictObject({ high: probability, medium: probability })
      .default(defaultRiskThresholds),
    weight: z.number().min(0).default(1),
    background: z
      .strictObject({
        /** Mean of each column over the training rows, in column order, after centring and scaling. */
        column_means: z.array(z.number()).optional(),
        rows: z.strictObject({ file, sha256 }).optional(),
      })
      .optional(),
    golden_rows: z
      .strictObject({ file, sha256, tolerance: z.number().min(0).max(1).default(1e-9) })
      .optional(),
    explain: explain.default(defaultExplanation),
    serving: serving.optional(),
    compliance: compliance.optional(),
    rules: z.array(rule).optional(),
    training: z.record(z.string(), z.unknown()).optional(),
    metrics: z.record(z.string(), z.unknown()).optional(),
    created_at: z.string().optional(),
    owner: z.string().optional(),
    intended_use: z.string().optional(),
  })
  .superRefine((card, context) => {
    for (const fault of cardFaults(card)) context.addIssue({ code: 'custom', ...fault });
  })
  .transform(
    ({
      decision_threshold,
      risk_thresholds,
      background,
      golden_rows,
      created_at,
      intended_use,
      ...card
    }) => ({
      ...card,
      decisionThreshold: decision_threshold,
      riskThresholds: risk_thresholds,
      columnMeans: background?.column_means,
      backgroundRows: background?.rows,
      goldenRows: golden_rows,
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
    json = JSON.parse(text.replace(/^\ufeff/, '')); // some editors begin a file with a byte order mark
  } catch (cause) {
    throw new SpillwayError('INVALID_CARD', 'the card is not JSON', { cause });
  }
  checkTexts(json);
  return parseWithSchema(cardSchema, json, 'INVALID_CARD', 'the card');
}

/** A text with half a character has no canonical JSON, and a compliance report could not be sealed. */
function checkTexts(json: unknown): void {
  try {
    canonicalJson(json);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new SpillwayError('INVALID_CARD', reason, { cause });
  }
}
