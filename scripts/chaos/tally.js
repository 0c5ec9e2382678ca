/** Milliseconds of one entry of the timeline. */
const bucketMs = 100;

/** Counts what came of requests. Latencies are from the time a request was due, in milliseconds. */
export class Tally {
  #deadlineMs;
  #latencies = { ok: [], refused: [], all: [] };
  #lags = [];
  #timeline = [];
  #counts = { answered2xx: 0, degraded: 0, refused: 0, late: 0, wrong: 0, malformed: 0 };
  #by = {};
  #reasons = {};
  #refusals = {};
  #errors = {};
  #lost = {};
  #examples = [];

  constructor(deadlineMs) {
    this.#deadlineMs = deadlineMs;
  }

  sent(due, lagMs) {
    this.#lags.push(lagMs);
    this.#bucket(due).sent++;
  }

  answered(due, latencyMs, checked) {
    const bucket = this.#bucket(due);
    bucket.slowestMs = Math.max(bucket.slowestMs, latencyMs);
    this.#latencies.all.push(latencyMs);
    if (latencyMs > this.#deadlineMs + 50) this.#counts.late++;
    if (checked.kind === 'ok') {
      this.#counts.answered2xx++;
      if (latencyMs <= this.#deadlineMs) bucket.good++;
      this.#latencies.ok.push(latencyMs);
      count(this.#by, checked.by);
      if (checked.degraded) {
        this.#counts.degraded++;
        count(this.#reasons, checked.reason);
      }
    } else if (checked.kind === 'refused') {
      this.#counts.refused++;
      bucket.refused++;
      this.#latencies.refused.push(latencyMs);
      count(this.#refusals, checked.what);
    } else {
      bucket.failed++;
      if (checked.kind === 'error') count(this.#errors, checked.what);
      else {
        this.#counts[checked.kind]++;
        if (this.#examples.length < 3) this.#examples.push(checked.what);
      }
    }
  }

  lost(due, why) {
    this.#bucket(due).failed++;
    count(this.#lost, why);
  }

  result() {
    const requests = this.#lags.length;
    const { answered2xx, refused } = this.#counts;
    const { ok, all } = this.#latencies;
    return {
      requests,
      ...this.#counts,
      failed: requests - answered2xx - refused,
      by: this.#by,
      reasons: this.#reasons,
      refusals: this.#refusals,
      errors: this.#errors,
      lost: this.#lost,
      examples: this.#examples,
      p50Ms: quantile(all, 0.5),
      p99Ms: quantile(all, 0.99),
      slowestMs: quantile(all, 1),
      okP50Ms: quantile(ok, 0.5),
      okP99Ms: quantile(ok, 0.99),
      refusedP99Ms: quantile(this.#latencies.refused, 0.99),
      lagP99Ms: quantile(this.#lags, 0.99),
      timeline: Array.from(this.#timeline, (bucket) => bucket ?? emptyBucket()),
    };
  }

  #bucket(due) {
    const index = Math.floor(due / bucketMs);
    this.#timeline[index] ??= emptyBucket();
    return this.#timeline[index];
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
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
