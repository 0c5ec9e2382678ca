import type { Column } from '../model/index.ts';

/** The feature that gave a column its value: the first source that is not missing, else the first, whose absence counted. */
export function supplierOf({ sources }: Column, values: Float64Array): number {
  const supplier = sources.find(({ feature }) => !Number.isNaN(values[feature]!)) ?? sources[0]!;
  return supplier.feature;
}
