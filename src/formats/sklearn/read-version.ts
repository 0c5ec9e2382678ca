import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { shortName } from './short-name.ts';

/** The oldest and the newest minor version of scikit-learn 1 whose files are tested. */
const oldest = 2;
const newest = 9;

/** A version of scikit-learn that is read. */
export interface SklearnVersion {
  readonly text: string;
  /** The number after `1.`. */
  readonly minor: number;
}

/**
 * The version that wrote an estimator, or that of the one around it. Attributes changed their meaning between versions, so
 * that a file of another version is refused, by class and version.
 */
export function readVersion(
  estimator: PickleValue,
  around: SklearnVersion | null,
): SklearnVersion | null {
  const text = estimator.find('_sklearn_version')?.string();
  if (text === undefined) return around;
  const minor = Number(/^1\.(\d{1,3})(?:\.|$|rc)/.exec(text)?.[1] ?? Number.NaN);
  if (minor >= oldest && minor <= newest) return { text, minor };
  return refuseUnsupported(
    `${shortName(estimator)} of scikit-learn ${text.slice(0, 40)}`,
    `files of 1.${oldest} to 1.${newest} are read; train and save it with one of these`,
  );
}

/** The same, where there has to be one. */
export function needVersion(estimator: PickleValue, around: SklearnVersion | null): SklearnVersion {
  return (
    readVersion(estimator, around) ??
    refuseUnsupported(
      `${shortName(estimator)} without a version of scikit-learn`,
      'its attribute _sklearn_version is needed to know what the others mean; save it again',
    )
  );
}
