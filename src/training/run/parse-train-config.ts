import { z } from 'zod';
import { featureFields, parseWithSchema } from '../../model/index.ts';
import type { TrainConfig } from './train-config.ts';

const column = z.string().min(1);
const label = z.union([z.string(), z.number(), z.boolean()]);
const parameters = z.record(z.string(), z.unknown());
const positive = z.number().positive();
const share = z.number().gt(0).lt(1);

const stated = z
  .strictObject({
    ...featureFields,
    type: z.enum(['number', 'integer', 'category']).optional(),
    required: z.boolean().optional(),
    nullable: z.boolean().optional(),
  })
  .transform(({ other_categories, ...rest }) => ({
    ...withoutAbsent(rest),
    name: rest.name,
    ...(other_categories !== undefined && { otherCategories: other_categories }),
  }));

const threshold = z.union([
  z
    .number()
    .min(0)
    .max(1)
    .transform((at) => ({ by: 'fixed' as const, at })),
  z
    .strictObject({ by: z.enum(['f1', 'youden']) })
    .transform(({ by: kind }) => ({ by: 'aim' as const, aim: { kind } })),
  z
    .strictObject({ by: z.literal('cost'), false_positive: positive, false_negative: positive })
    .transform(({ by: kind, false_negative: falseNegative, false_positive: falsePositive }) => ({
      by: 'aim' as const,
      aim: { kind, falsePositive, falseNegative },
    })),
  z
    .strictObject({ by: z.enum(['precision', 'recall']), at_least: z.number().gt(0).max(1) })
    .transform(({ at_least: atLeast, by: kind }) => ({
      by: 'aim' as const,
      aim: { kind, atLeast },
    })),
]);

const validation = z.union([share, z.string().min(1)]);

const card = z.strictObject({
  name: z.string().optional(),
  version: z.string().min(1).optional(),
  description: z.string().optional(),
  owner: z.string().optional(),
  intended_use: z.string().optional(),
  weight: z.number().min(0).optional(),
  risk_thresholds: z
    .strictObject({ high: z.number().min(0).max(1), medium: z.number().min(0).max(1) })
    .optional(),
  explain: z.unknown().optional(),
  serving: z.unknown().optional(),
  compliance: z.unknown().optional(),
  rules: z.unknown().optional(),
});

const algorithms = ['boosting', 'forest', 'logistic', 'linear', 'all'] as const;

const settingsSchema: z.ZodType<TrainConfig> = z.strictObject({
  target: column.optional(),
  algorithm: z.enum(algorithms).optional(),
  task: z.enum(['binary', 'multiclass', 'regression']).optional(),
  positive: label.optional(),
  ignore: z.array(column).default([]),
  weight: column.optional(),
  validation: validation.optional(),
  split: z
    .strictObject({
      method: z.enum(['random', 'stratified', 'group', 'time']),
      column: column.optional(),
    })
    .refine(
      ({ column: key, method }) =>
        (key !== undefined) === (method === 'group' || method === 'time'),
      'the methods group and time need a column (--split-column), and others have none',
    )
    .optional(),
  stopping_share: share.optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
  threads: z.int().min(1).max(64).optional(),
  max_categories: z.int().min(2).max(65_535).default(1000),
  background_rows: z.int().min(0).max(10_000).default(100),
  boosting: parameters.default({}),
  forest: parameters.default({}),
  logistic: parameters.default({}),
  linear: parameters.default({}),
  calibration: z.enum(['none', 'sigmoid', 'isotonic']).default('none'),
  threshold: threshold.optional(),
  schema: z
    .array(stated)
    .refine(
      (features) => new Set(features.map(({ name }) => name)).size === features.length,
      'two features share a name',
    )
    .default([]),
  card: card.default({}),
});

/** What settings say of each other. */
const trainConfigSchema: z.ZodType<TrainConfig> = settingsSchema.superRefine((config, context) => {
  const { boosting, ignore, split, stopping_share, target, weight } = config;
  const refuse = (path: string[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  if (target !== undefined) {
    if (weight === target) refuse(['weight'], 'is the target');
    if (split?.column === target) refuse(['split', 'column'], 'is the target');
    if (ignore.includes(target)) refuse(['ignore'], 'has the target');
  }
  if (stopping_share !== undefined && boosting['early_stopping_rounds'] === undefined) {
    refuse(['stopping_share'], 'does nothing without early_stopping_rounds in boosting');
  }
});

/**
 * Checks the settings of a training, those of a file and of the command line together.
 * @throws SpillwayError `INVALID_CONFIG` with every fault. Parameters of algorithms are checked by these.
 */
export function parseTrainConfig(settings: unknown): TrainConfig {
  return parseWithSchema(trainConfigSchema, settings, 'INVALID_CONFIG', 'the configuration');
}

function withoutAbsent<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the absent are left out
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]: Exclude<Fields[Name], undefined>;
  };
}
