import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock as clock } from '../../../src/core/index.ts';
import {
  createIsolatedPredictor,
  type IsolatedAnswer,
  type IsolatedPredictor,
  type IsolatedSource,
  type IsolationOptions,
} from '../../../src/scoring/index.ts';

// threads run compiled files; the global setup builds them
const workerFile = new URL(
  '../../../dist/scoring/isolation/isolated-predictor-worker.js',
  import.meta.url,
);

/** Predictors with real threads, and what ends them and removes their modules. */
export function createPredictors(): {
  of(source: IsolatedSource, options?: Partial<IsolationOptions>): IsolatedPredictor;
  /** A module with this text. */
  ofText(text: string, options?: Partial<IsolationOptions>): IsolatedPredictor;
  end(): Promise<void>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-isolation-'));
  const predictors: IsolatedPredictor[] = [];
  const of = (source: IsolatedSource, options: Partial<IsolationOptions> = {}) => {
    const predictor = createIsolatedPredictor(source, {
      name: 'v1',
      threads: 1,
      clock,
      workerFile,
      ...options,
    });
    predictors.push(predictor);
    return predictor;
  };
  return {
    of,
    ofText(text, options) {
      const path = join(folder, `module-${predictors.length}.mjs`);
      writeFileSync(path, text);
      return of({ kind: 'module', url: pathToFileURL(path).href }, options);
    },
    async end() {
      await Promise.all(predictors.map((predictor) => predictor.close()));
      rmSync(folder, { recursive: true });
    },
  };
}

/** Asks without an explanation, for so many milliseconds at most. */
export function ask(
  predictor: IsolatedPredictor,
  input: Float64Array | Readonly<Record<string, unknown>>,
  ms = 10_000,
): Promise<IsolatedAnswer> {
  return predictor.predict(input, { deadline: clock.now() + ms, explain: false });
}
