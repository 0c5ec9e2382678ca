/** How much a request matters when not all can be answered, from what is refused last to what is refused first. */
export const priorities = ['critical-plus', 'critical', 'sheddable-plus', 'sheddable'] as const;

/** One of `priorities`; `critical` is what a request has that says nothing. */
export type Priority = (typeof priorities)[number];
