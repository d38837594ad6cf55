// What happened between scrapes: rates, error ratios and quantiles, and their history.

/** Points that are kept for each row: ten minutes at one every two seconds. */
const POINTS = 300;

/** Scrapes that a rate or a quantile looks back over. */
const WINDOW = 15;

/** The growth of a counter; one that shrank was reset with its process and has counted from 0 since. */
export function growth(before, after) {
  return after < before ? after : after - before;
}

/** The history of one row. */
export class History {
  constructor() {
    this.readings = [];
    this.rate = [];
    this.errors = [];
    this.p95 = [];
    this.inFlight = [];
  }

  /** Adds the reading of a scrape at this time, in seconds. */
  add(time, reading) {
    this.readings.push({ time, reading });
    if (this.readings.length > WINDOW + 1) this.readings.shift();
    const now = this.current();
    for (const key of ["rate", "errors", "p95", "inFlight"]) {
      this[key].push(now[key]);
      if (this[key].length > POINTS) this[key].shift();
    }
  }

  /** Rate, error ratio, quantiles and calls in flight over the window; `null` where there is nothing to compute one from. */
  current() {
    const last = this.readings.at(-1);
    const values = { rate: null, errors: null, p50: null, p95: null, p99: null, inFlight: last.reading.inFlight };
    if (this.readings.length < 2) return values;
    const seconds = last.time - this.readings[0].time;
    const sums = { good: 0, bad: 0, ignored: 0 };
    const buckets = new Map();
    for (let at = 1; at < this.readings.length; at += 1) {
      const [before, after] = [this.readings[at - 1].reading, this.readings[at].reading];
      for (const key of Object.keys(sums)) sums[key] += growth(before[key], after[key]);
      // A histogram is reset as a whole: if one bucket shrank, all count from 0.
      const reset = [...after.buckets].some(([bound, count]) => count < (before.buckets.get(bound) ?? 0));
      for (const [bound, count] of after.buckets) {
        const grown = reset ? count : count - (before.buckets.get(bound) ?? 0);
        buckets.set(bound, (buckets.get(bound) ?? 0) + grown);
      }
    }
    values.rate = (sums.good + sums.bad + sums.ignored) / seconds;
    if (sums.good + sums.bad > 0 && last.reading.classified) values.errors = sums.bad / (sums.good + sums.bad);
    [values.p50, values.p95, values.p99] = [0.5, 0.95, 0.99].map((q) => quantile(q, buckets));
    return values;
  }

  /** Whether anything was read twice, so that there are rates. */
  get started() {
    return this.readings.length > 1;
  }
}

/**
 * A quantile of cumulative buckets, by linear interpolation inside of the bucket, as PromQL's `histogram_quantile` does it: above the
 * last finite bound it is that bound.
 */
export function quantile(q, buckets) {
  const bounds = [...buckets.keys()].sort((a, b) => a - b);
  const total = buckets.get(Infinity) ?? 0;
  if (total <= 0 || bounds.length < 2) return null;
  const rank = q * total;
  const at = bounds.findIndex((bound) => buckets.get(bound) >= rank);
  const bound = bounds[at];
  if (bound === Infinity) return bounds[at - 1];
  const below = at === 0 ? 0 : buckets.get(bounds[at - 1]);
  const start = at === 0 ? Math.min(0, bound) : bounds[at - 1];
  const inside = buckets.get(bound) - below;
  return inside === 0 ? bound : start + ((bound - start) * (rank - below)) / inside;
}
