import { Counter, Histogram, type Registry } from 'prom-client';
import { quantileOf } from './quantile-of.ts';

/*
 * Counting on the hot path costs one typed-array write; prom-client, which keeps names, help texts and the text
 * format, is filled when somebody scrapes. Series are added by whoever made the cells, never by counting, so no request
 * can add one.
 */

/** The labels of one series. */
export type Labels<Name extends string> = Readonly<Record<Name, string>>;

/** Cells whose series may become more. */
export interface GrowingCells<Name extends string> {
  /** Adds series after those that there are, at 0. */
  append(series: readonly Labels<Name>[]): void;
  /** Gives up as many series from the one at `first` on, and begins these in their place at 0. */
  replace(first: number, series: readonly Labels<Name>[]): void;
}

/** Counters, one per series: `add(i)` counts for the i-th series. */
export interface CounterCells<Name extends string = string> extends GrowingCells<Name> {
  add(series: number): void;
  get(series: number): number;
}

/** Histograms, one per series. */
export interface HistogramCells<Name extends string = string> extends GrowingCells<Name> {
  observe(series: number, value: number): void;
  /** How many were observed. */
  count(series: number): number;
  /** See `quantileOf`. */
  quantile(series: number, q: number): number | null;
}

/** Makes counters for a list of series, of which there must be one. */
export function createCounterCells<Name extends string>(
  registry: Registry,
  name: string,
  help: string,
  firstSeries: readonly Labels<Name>[],
): CounterCells<Name> {
  let series = firstSeries;
  let values = new Float64Array(series.length);
  const counter = new Counter({
    name,
    help,
    labelNames: labelNames(series),
    registers: [],
    collect() {
      this.reset();
      for (const [index, labels] of series.entries()) this.inc(labels, values[index]);
    },
  });
  registry.registerMetric(counter);
  return {
    add(index) {
      values[index]! += 1;
    },
    get: (index) => values[index] ?? 0,
    append(more) {
      series = [...series, ...more];
      values = grown(values, series.length);
    },
    replace(first, others) {
      series = series.toSpliced(first, others.length, ...others);
      values.fill(0, first, first + others.length);
    },
  };
}

/** Makes histograms for a list of series, of which there must be one; `bounds` are ascending and inclusive, in the unit of `observe`. */
export function createHistogramCells<Name extends string>(
  registry: Registry,
  name: string,
  help: string,
  firstSeries: readonly Labels<Name>[],
  bounds: readonly number[],
): HistogramCells<Name> {
  const width = bounds.length + 1;
  let series = firstSeries;
  let counts = new Float64Array(series.length * width);
  let sums = new Float64Array(series.length);

  const samples = () =>
    series.flatMap((labels, index) => {
      let below = 0;
      const buckets = [...bounds, '+Inf' as const].map((le, bucket) => {
        below += counts[index * width + bucket]!;
        return {
          metricName: `${name}_bucket`,
          exemplar: null,
          labels: { le, ...labels },
          value: below,
        };
      });
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: sums[index]! },
        { metricName: `${name}_count`, labels, value: below },
      ];
    });

  class FoldedHistogram extends Histogram {
    override get(): ReturnType<Histogram['get']> {
      const folded = { name, help, type: 'histogram', aggregator: 'sum', values: samples() };
      return Promise.resolve(folded as unknown as Awaited<ReturnType<Histogram['get']>>);
    }
    /** What the registry calls for the text format; not in prom-client's types. */
    getForPromString(): ReturnType<Histogram['get']> {
      return this.get();
    }
  }
  registry.registerMetric(
    new FoldedHistogram({
      name,
      help,
      labelNames: labelNames(series),
      buckets: [...bounds],
      registers: [],
    }),
  );

  const count = (index: number): number => {
    let total = 0;
    for (let bucket = 0; bucket < width; bucket++) total += counts[index * width + bucket]!;
    return total;
  };
  return {
    observe(index, value) {
      let bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
      counts[index * width + bucket]! += 1;
      sums[index]! += value;
    },
    count,
    quantile(index, q) {
      let below = 0;
      const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, bucket) => {
        below += counts[index * width + bucket]!;
        return { bound, below };
      });
      return quantileOf(buckets, q);
    },
    append(more) {
      series = [...series, ...more];
      counts = grown(counts, series.length * width);
      sums = grown(sums, series.length);
    },
    replace(first, others) {
      series = series.toSpliced(first, others.length, ...others);
      const end = first + others.length;
      counts.fill(0, first * width, end * width);
      sums.fill(0, first, end);
    },
  };
}

function grown(numbers: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(length);
  longer.set(numbers);
  return longer;
}

function labelNames<Name extends string>(series: readonly Labels<Name>[]): Name[] {
  return Object.keys(series[0] ?? {}) as Name[];
}
