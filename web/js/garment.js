// A drawing that stands in for a product's photograph: the catalogue holds no pictures.

import { colours } from "./colours.js";
import { svg } from "./dom.js";
import { shapeOf } from "./garment_shapes.js";

// A pattern that the name states is drawn on the body, in the second colour or a deeper tone.
const PATTERNS = [
  [/strip/i, 10, "M0 5H10"],
  [/check|plaid|tartan/i, 14, "M0 7H14M7 0V14"],
  [/polka|dotted|bandhani/i, 11, "M3 3h.1M8.500 8.500h.1"],
  [/floral|print|paisley|leheriya|ikat|kalamkari/i, 16, "M4 2.500c3 0 3 4 0 4s-3-4 0-4M12 10c3 0 3 4 0 4s-3-4 0-4"],
  [/embroider|woven|self-design|zari|sequin|embellish|mirror|brocade|jacquard/i, 15, "M3.500 2v4M1.500 4h4M11 9.500v4M9 11.500h4"],
];

let drawn = 0;

/** A decorative drawing of a product of this API. */
export function garment(product) {
  const { paints } = colours(product);
  return drawing(product.category, paints, product.name);
}

/** A drawing of a category in one or more colours, with the pattern that `name` states. */
export function drawing(category, paints, name = "") {
  const shape = shapeOf(category);
  const picture = svg("svg", { class: "garment", viewBox: "0 0 100 120", "aria-hidden": "true" });
  picture.style.setProperty("--paint", paints[0]);
  if (paints.length > 1) picture.style.setProperty("--paint-2", paints[1]);
  picture.append(svg("path", { class: "body", d: shape.body }));
  const pattern = PATTERNS.find(([stated]) => stated.test(name));
  if (pattern) picture.append(...patterned(shape.body, pattern));
  for (const part of ["trim", "plain", "lines"]) {
    if (shape[part]) picture.append(svg("path", { class: part, d: shape[part] }));
  }
  return picture;
}

function patterned(body, [, size, path]) {
  const id = `pattern-${++drawn}`;
  const tile = svg(
    "pattern",
    { id, width: size, height: size, patternUnits: "userSpaceOnUse" },
    svg("path", { class: "motif", d: path }),
  );
  return [svg("defs", {}, tile), svg("path", { d: body, fill: `url(#${id})` })];
}
