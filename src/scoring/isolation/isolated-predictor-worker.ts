// The file of the threads of `createIsolatedPredictor`. What only one kind of source needs is loaded for it alone: a thread
// that replaces another is waited for.
import { serveTasks } from '../../resilience/index.ts';
import type { IsolatedSource } from './create-isolated-predictor.ts';

await serveTasks(async (data) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what createIsolatedPredictor gives its pool
  const source = data as IsolatedSource;
  if (source.kind === 'module') {
    const { loadPredictor } = await import('./load-predictor.ts');
    return loadPredictor(source.url);
  }
  const { answerWithPipeline } = await import('./answer-with-pipeline.ts');
  return answerWithPipeline(source.pipeline, source.explanation);
});
