/** How much a request matters when not all can be answered, from what is refused last to what is refused first. */
export const priorities = ['critical-plus', 'critical', 'sheddable-plus', 'sheddable'] as const;

/** One of `priorities`; `critical` is what a request has that says nothing. */
export type Priority = (typeof priorities)[number];

/** The place of each priority in `priorities`: 0 is the highest. */
export const rankOf: Readonly<Record<Priority, number>> = Object.freeze({
  'critical-plus': 0,
  critical: 1,
  'sheddable-plus': 2,
  sheddable: 3,
});
