import { type Clock, SpillwayError } from '../core/index.ts';
import type { ModelVersion } from '../registry/index.ts';
import type { LaterSource } from './awaited-call.ts';
import {
  createIsolatedPredictor,
  type IsolatedSource,
} from './isolation/create-isolated-predictor.ts';
import { explanationSource } from './version-explainer.ts';

/** What answers for a version that does not answer at once in this thread; `null` for one that does. */
export function createLaterSource(version: ModelVersion, clock: Clock): LaterSource | null {
  const { predictor, serving } = version;
  if (predictor !== null && typeof predictor.code === 'function') {
    const { code } = predictor;
    return {
      takes: 'row',
      threads: 1,
      restarts: 0,
      async ask(input, { signal }) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it takes rows, as it says
        const row = input as Readonly<Record<string, unknown>>;
        try {
          return { prediction: await code(row, { signal }) };
        } catch (cause) {
          // also an error of ours: it may ask a gateway of its own
          throw new SpillwayError('MODEL_FAILED', `${version.name} failed`, { cause });
        }
      },
      ready: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }
  const isolated = isolatedSource(version);
  if (isolated === null) return null;
  const { maxMemoryMb, threads } = serving;
  const pool = createIsolatedPredictor(isolated, {
    name: version.name,
    clock,
    ...(threads !== undefined && { threads }),
    ...(maxMemoryMb !== undefined && { maxMemoryMb }),
  });
  return {
    takes: isolated.kind === 'module' ? 'row' : 'values',
    threads: pool.threads,
    get restarts() {
      return pool.restarts;
    },
    ask: (input, call) => pool.predict(input, call),
    ready: () => pool.ready(),
    close: () => pool.close(),
  };
}

function isolatedSource({
  background,
  card,
  model,
  name,
  predictor,
  serving,
}: ModelVersion): IsolatedSource | null {
  if (predictor !== null && typeof predictor.code === 'string')
    return { kind: 'module', url: predictor.code };
  if (model === null || serving.isolation !== 'worker') return null;
  if (model.pipeline === null) {
    throw new SpillwayError(
      'INVALID_CONFIG',
      `${name} is code in this thread and cannot be moved to another: give the module that it is in`,
    );
  }
  return {
    kind: 'pipeline',
    pipeline: model.pipeline,
    explanation: explanationSource(card, background),
  };
}
