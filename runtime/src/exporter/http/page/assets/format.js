// Numbers for people.

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const NOTHING = "–";

/** Calls a second and the like. */
export function plain(value) {
  return value === null || Number.isNaN(value) ? NOTHING : number.format(value);
}

/** A ratio as a percentage. */
export function percent(value) {
  return value === null ? NOTHING : `${number.format(value * 100)} %`;
}

/** Seconds, in the unit that fits. */
export function seconds(value) {
  if (value === null) return NOTHING;
  if (value === Infinity) return "+Inf";
  for (const [unit, size] of [["s", 1], ["ms", 1e-3], ["µs", 1e-6]]) {
    if (Math.abs(value) >= size) return `${number.format(value / size)} ${unit}`;
  }
  return value === 0 ? "0 s" : `${number.format(value * 1e9)} ns`;
}
