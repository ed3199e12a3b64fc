// The first screen: what hangs on the rail, and questions to begin with.

import { el, svg } from "./dom.js";
import { drawing } from "./garment.js";

const RAIL = [
  ["kurta", ["#2f8152", "#e2c76c"], "woven"],
  ["shirt", ["#8ebbe0", "#2f62b5"], "striped"],
  ["sherwani", ["#74202f", "#cda349"], "embroidered"],
  ["dress", ["#e58cab", "#fbe9ee"], "floral"],
  ["jacket", ["#39387f", "#2a2960"], ""],
  ["lehenga", ["#e67b2e", "#bf2b6c"], "mirror"],
  ["blazer", ["#474a51", "#373a40"], ""],
  ["tshirt", ["#efc436", "#fff7dc"], "striped"],
  ["sweater", ["#bf2b36", "#e9a5a0"], ""],
];
const QUESTIONS = [
  ["sherwani", ["#74202f", "#cda349"], "What should I wear to my brother's wedding? I'm a guy"],
  ["shirt", ["#2f62b5", "#8ebbe0"], "Blue cotton shirts for men under 1500"],
  ["saree", ["#bf2b36", "#cda349"], "A red silk saree under 5000"],
  ["sneakers", ["#f7f5f0", "#c2c5cb"], "White sneakers for women"],
];

export function fillWelcome(rail, suggestions, onAsk) {
  rail.append(
    ...RAIL.map(([category, paints, pattern]) => el("span", { class: "hanger" }, hook(), drawing(category, paints, pattern))),
  );
  suggestions.append(
    ...QUESTIONS.map(([category, paints, question]) =>
      el(
        "li",
        {},
        el(
          "button",
          { type: "button", class: "suggestion", onclick: () => onAsk(question) },
          drawing(category, paints),
          el("span", {}, question),
        ),
      ),
    ),
  );
}

function hook() {
  return svg("svg", { class: "hook", viewBox: "0 0 24 40" }, svg("path", { d: "M12 40V23c0-4 6-5 6-11a6 6 0 0 0-12 0v1" }));
}
