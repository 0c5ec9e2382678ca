import type { Link } from '../../model/index.ts';
import type { GraphNode } from './graph-node.ts';

/** The link of each `post_transform` of several outputs. */
export const transforms: ReadonlyMap<string, Link> = new Map<string, Link>([
  ['NONE', 'identity'],
  ['LOGISTIC', 'independent-logistic'],
  ['SOFTMAX', 'softmax'],
  ['SOFTMAX_ZERO', 'softmax-nonzero'],
  ['PROBIT', 'probit'],
]);

/** The link of a `post_transform` of a regressor; that of a single output is left out by onnxruntime, but for PROBIT. */
export function linkOfTargets(
  node: GraphNode,
  transform: string,
  outputs: number,
): { link: Link; warnings: string[] } {
  const link =
    transforms.get(transform) ?? node.refuse(`post_transform "${transform.slice(0, 32)}"`);
  if (outputs > 1 || link === 'identity' || link === 'probit') return { link, warnings: [] };
  return {
    link: 'identity',
    warnings: [
      `onnxruntime leaves out the post_transform ${transform} of a single output, and so do the answers here`,
    ],
  };
}
