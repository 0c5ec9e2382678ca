/** Milliseconds of one entry of the timeline. */
const bucketMs = 100;

/** Counts what came of requests. Latencies are from the time a request was due, in milliseconds. */
export function createTally(deadlineMs) {
  const counts = { answered2xx: 0, degraded: 0, refused: 0, late: 0, wrong: 0, malformed: 0 };
  const [by, reasons, refusals, errors, lost] = [{}, {}, {}, {}, {}];
  const latencies = { ok: [], refused: [], all: [] };
  const lags = [];
  const timeline = [];
  const examples = [];

  return {
    sent(due, lagMs) {
      lags.push(lagMs);
      bucketOf(due).sent++;
    },
    answered(due, latencyMs, { kind, what, by: answerer, degraded, reason }) {
      const bucket = bucketOf(due);
      bucket.slowestMs = Math.max(bucket.slowestMs, latencyMs);
      latencies.all.push(latencyMs);
      if (latencyMs > deadlineMs + 50) counts.late++;
      if (kind === 'ok') {
        counts.answered2xx++;
        if (latencyMs <= deadlineMs) bucket.good++;
        latencies.ok.push(latencyMs);
        count(by, answerer);
        if (degraded) {
          counts.degraded++;
          count(reasons, reason);
        }
      } else if (kind === 'refused') {
        counts.refused++;
        bucket.refused++;
        latencies.refused.push(latencyMs);
        count(refusals, what);
      } else {
        bucket.failed++;
        if (kind === 'error') count(errors, what);
        else {
          counts[kind]++;
          if (examples.length < 3) examples.push(what);
        }
      }
    },
    lost(due, why) {
      bucketOf(due).failed++;
      count(lost, why);
    },
    result() {
      const requests = lags.length;
      return {
        requests,
        ...counts,
        failed: requests - counts.answered2xx - counts.refused,
        by,
        reasons,
        refusals,
        errors,
        lost,
        examples,
        p50Ms: quantile(latencies.all, 0.5),
        p99Ms: quantile(latencies.all, 0.99),
        slowestMs: quantile(latencies.all, 1),
        okP99Ms: quantile(latencies.ok, 0.99),
        refusedP99Ms: quantile(latencies.refused, 0.99),
        lagP99Ms: quantile(lags, 0.99),
        timeline: Array.from(timeline, (bucket) => bucket ?? emptyBucket()),
      };
    },
  };

  function bucketOf(due) {
    const index = Math.floor(due / bucketMs);
    timeline[index] ??= emptyBucket();
    return timeline[index];
  }
}

function emptyBucket() {
  return { sent: 0, good: 0, refused: 0, failed: 0, slowestMs: 0 };
}

function count(counts, name) {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** The value below which a share `q` of the numbers lies; 0 of none. */
export function quantile(numbers, q) {
  if (numbers.length === 0) return 0;
  const sorted = Float64Array.from(numbers).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
