import { z } from 'zod';
import type { Category, Changeable, FeatureReason } from './feature-schema.ts';

/** A category in a file. */
export const category: z.ZodType<Category> = z.union([z.string(), z.number(), z.boolean()]);

/** A text that says something. */
export const sentence: z.ZodString = z.string().min(1);

/** An array in which nothing stands twice. */
export function unique<Item>(items: z.ZodType<Item[]>): z.ZodType<Item[]> {
  return items.refine((list) => new Set(list).size === list.length, 'something stands twice');
}

const changeable = z.union([
  z.literal(true).transform(() => ({})),
  z
    .strictObject({
      direction: z.enum(['increase', 'decrease']).optional(),
      min: z.number().optional(),
      max: z.number().optional(),
      step: z.number().positive().optional(),
      to: unique(z.array(category).min(1)).optional(),
    })
    .refine(
      (c) => c.min === undefined || c.max === undefined || c.min <= c.max,
      'min is above max',
    ),
]);

/** The fields that files state of a feature, but for its type and for whether a value must be there. */
export interface FeatureFields {
  readonly name: z.ZodString;
  readonly label: z.ZodOptional<z.ZodString>;
  readonly unit: z.ZodOptional<z.ZodString>;
  readonly min: z.ZodOptional<z.ZodNumber>;
  readonly max: z.ZodOptional<z.ZodNumber>;
  readonly categories: z.ZodOptional<z.ZodType<Category[]>>;
  readonly other_categories: z.ZodOptional<z.ZodBoolean>;
  readonly missing: z.ZodOptional<z.ZodString>;
  readonly monotonic: z.ZodOptional<
    z.ZodEnum<{ increasing: 'increasing'; decreasing: 'decreasing' }>
  >;
  readonly changeable: z.ZodOptional<z.ZodType<Changeable>>;
  readonly reason: z.ZodOptional<z.ZodType<FeatureReason>>;
}

/** How cards, and the schemas of a training, spell the fields of a feature. */
export const featureFields: FeatureFields = {
  name: z
    .string()
    .min(1)
    .max(200)
    .refine((name) => !(name in Object.prototype), 'is a name that every object has'),
  label: z.string().optional(),
  unit: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  categories: unique(z.array(category).min(1)).optional(),
  other_categories: z.boolean().optional(),
  missing: z.string().optional(),
  monotonic: z.enum(['increasing', 'decreasing']).optional(),
  changeable: changeable.optional(),
  reason: z
    .strictObject({
      code: sentence.optional(),
      raises: sentence.optional(),
      lowers: sentence.optional(),
    })
    .optional(),
};
