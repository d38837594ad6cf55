// Small line plots.

const SVG = "http://www.w3.org/2000/svg";

/** An empty plot; `update` draws into it. */
export function plot(kind) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `plot ${kind}`);
  svg.setAttribute("viewBox", "0 0 100 20");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.append(document.createElementNS(SVG, "path"));
  return svg;
}

/** The least number of points that a plot is wide: a few points do not fill it. */
const NARROWEST = 30;

/** Draws these values, the newest one on the right; gaps where a value is `null`. */
export function update(svg, values, label) {
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known, 0) || 1;
  const step = 100 / (Math.max(values.length, NARROWEST) - 1);
  let path = "";
  let pen = "M";
  values.forEach((value, at) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const x = 100 - (values.length - 1 - at) * step;
    path += `${pen}${x.toFixed(2)} ${(20 - (18 * value) / top - 1).toFixed(2)}`;
    pen = "L";
  });
  svg.firstChild.setAttribute("d", path);
  svg.setAttribute("aria-label", label);
}
