import type { Algorithm } from './algorithm.ts';
import { boosting } from './boosting.ts';
import { forest } from './forest.ts';
import { linear, logistic } from './linear-models.ts';

/** The algorithms that can be chosen by name, in the order in which `all` trains them. */
export const algorithms: readonly Algorithm[] = Object.freeze([boosting, forest, logistic, linear]);
