import type { TaskAnswerer } from '../../resilience/index.ts';

/**
 * Answers rows with the default export of a module.
 * @throws what loading the module throws, or a TypeError when it exports no function.
 */
export async function loadPredictor(url: string): Promise<TaskAnswerer> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module is an object, with or without a default export
  const { default: predict } = (await import(url)) as { readonly default?: unknown };
  if (!isPredictor(predict)) {
    throw new TypeError(`expected a function as default export, got ${typeof predict}`);
  }
  return { answer: (row, call) => predict(row, call) };
}

function isPredictor(value: unknown): value is TaskAnswerer['answer'] {
  return typeof value === 'function';
}
