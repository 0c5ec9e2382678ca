/**
 * An alert on the share of decisions that another than the assigned version had to answer. It sees what any scraper
 * sees, the text of `GET /metrics`, and looks at what happened between two scrapes.
 */
export function createFallbackAlert({ limit }) {
  let last = { decisions: 0, fallbacks: 0 };
  let firing = false;
  return (metricsText) => {
    const now = {
      decisions: sumOf(metricsText, 'spillway_decisions_total'),
      fallbacks: sumOf(metricsText, 'spillway_fallbacks_total'),
    };
    const decisions = now.decisions - last.decisions;
    const ratio = decisions === 0 ? 0 : (now.fallbacks - last.fallbacks) / decisions;
    const wasFiring = firing;
    firing = ratio > limit;
    last = now;
    return { ratio, state: firing ? 'FIRING' : wasFiring ? 'resolved' : 'ok' };
  };
}

/** The sum of a metric over all its labels. */
export function sumOf(metricsText, name) {
  return metricsText
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
