import type { Algorithm } from './algorithm.ts';
import { boosting } from './boosting.ts';
import { linear, logistic } from './linear-models.ts';

/** The algorithms that can be chosen by name, in the order in which `all` trains them. */
export const algorithms: readonly Algorithm[] = Object.freeze([boosting, logistic, linear]);
