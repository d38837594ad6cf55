// Reads the text exposition format (0.0.4) into families with their samples.
// https://prometheus.io/docs/instrumenting/exposition_formats/

/** Suffixes of a histogram's samples. */
const HISTOGRAM_SUFFIXES = ["_bucket", "_sum", "_count"];

/**
 * Parses an exposition.
 *
 * Returns a map from a family's name to `{ name, type, help, samples }`; a sample is `{ name, labels, value }` with `labels` as a Map in
 * the order of the text. Lines that are not samples are left out.
 */
export function parse(text) {
  const families = new Map();
  const family = (name) => {
    let found = families.get(name);
    if (!found) {
      found = { name, type: "untyped", help: "", samples: [] };
      families.set(name, found);
    }
    return found;
  };
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) {
      const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
      if (kind === "TYPE") family(name).type = rest.trim();
      if (kind === "HELP") family(name).help = unescape(rest);
    } else if (line !== "") {
      const sample = parseSample(line);
      if (sample) family(ownerOf(sample.name, families)).samples.push(sample);
    }
  }
  return families;
}

/** The family of a sample: for `x_bucket` that is `x`, if `x` is a histogram. */
function ownerOf(name, families) {
  for (const suffix of HISTOGRAM_SUFFIXES) {
    if (name.endsWith(suffix)) {
      const base = name.slice(0, -suffix.length);
      const type = families.get(base)?.type;
      if (type === "histogram" || type === "summary") return base;
    }
  }
  return name;
}

function parseSample(line) {
  const brace = line.indexOf("{");
  const space = line.indexOf(" ");
  const labels = new Map();
  if (brace < 0 || (space >= 0 && space < brace)) {
    return space < 0 ? null : sample(line.slice(0, space), labels, line.slice(space + 1));
  }
  let at = brace + 1;
  while (at < line.length && line[at] !== "}") {
    const equals = line.indexOf('="', at);
    if (equals < 0) return null;
    const name = line.slice(at, equals).replace(/^[, ]+/, "");
    let end = equals + 2;
    while (end < line.length && line[end] !== '"') end += line[end] === "\\" ? 2 : 1;
    labels.set(name, unescape(line.slice(equals + 2, end)));
    at = end + 1;
    while (line[at] === "," || line[at] === " ") at += 1;
  }
  return sample(line.slice(0, brace), labels, line.slice(at + 1).trimStart());
}

function sample(name, labels, rest) {
  const value = parseNumber(rest.split(" ", 1)[0]);
  return Number.isNaN(value) && !/^NaN/.test(rest) ? null : { name, labels, value };
}

/** A number as the format writes it. */
export function parseNumber(text) {
  if (text === "+Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  return text === "" ? NaN : Number(text);
}

function unescape(text) {
  return text.replace(/\\(.)/g, (whole, escaped) => (escaped === "n" ? "\n" : escaped === '"' || escaped === "\\" ? escaped : whole));
}
