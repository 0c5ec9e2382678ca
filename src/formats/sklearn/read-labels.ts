import type { Label } from '../../model/index.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { shortName } from './short-name.ts';

/** The labels of a classifier, in the order of its outputs. */
export function readLabels(classifier: PickleValue, attribute = 'classes_'): Label[] {
  const classes = classifier.at(attribute);
  if (classes.isList() || classes.shape().length !== 1) {
    return refuseUnsupported(
      `several targets of ${shortName(classifier)}`,
      'train one classifier for each',
    );
  }
  const labels = classes.scalars().map((label, index) => {
    if (label === null || Number.isNaN(label)) {
      refuseBroken(`${classes.path}/${index}: expected a label, got none`);
    }
    return label;
  });
  if (labels.length < 2) {
    refuseUnsupported(`${labels.length} classes`, 'a classifier tells at least two apart');
  }
  if (new Set(labels).size !== labels.length) classes.refuse('different labels');
  return labels;
}
