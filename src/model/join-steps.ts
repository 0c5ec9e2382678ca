import type { FeatureStep, FeatureSteps } from './feature-steps.ts';

/** What `first` makes, handed on to `second`: from the features of `first` to the columns of `second`. */
export function joinSteps(first: FeatureSteps, second: FeatureSteps): FeatureSteps {
  const steps = [...first.steps];
  // where the values of `second` are found: its features are the columns of `first`, its steps come after those of `first`
  const place = (of: number): number =>
    of < second.features
      ? first.columns[of]!
      : first.features + first.steps.length + of - second.features;
  for (const step of second.steps) steps.push(moveStep(step, place));
  return { features: first.features, steps, columns: second.columns.map(place) };
}

/** The numbers of the values that a step looks at. */
export function sourcesOf(step: FeatureStep): readonly number[] {
  if (step.kind === 'first' || step.kind === 'recode-together') return step.of;
  return step.kind === 'normalize' ? [step.of, ...step.among] : [step.of];
}

/** The same step on other values: `place` answers the new number of one. */
export function moveStep(step: FeatureStep, place: (of: number) => number): FeatureStep {
  if (step.kind === 'first' || step.kind === 'recode-together') {
    return { ...step, of: step.of.map(place) };
  }
  if (step.kind === 'normalize') {
    return { ...step, of: place(step.of), among: step.among.map(place) };
  }
  return { ...step, of: place(step.of) };
}
