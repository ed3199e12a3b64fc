// From a colour's word to a colour on the screen.

const HEX = {
  black: "#2b2a2d", white: "#f7f5f0", grey: "#94969b", gray: "#94969b", blue: "#2f62b5", red: "#bf2b36",
  green: "#2f8152", yellow: "#efc436", pink: "#e58cab", purple: "#76489c", orange: "#e67b2e", brown: "#79523a",
  beige: "#dcc8a8", gold: "#cda349", silver: "#c2c5cb", maroon: "#74202f", navy: "#25335e",
  "navy blue": "#25335e", burgundy: "#6a1c34", khaki: "#a8986a", lavender: "#b6a5d8", magenta: "#bb2c7c",
  charcoal: "#474a51", mustard: "#d2a02c", peach: "#f4b693", rose: "#d27d8b", "rose gold": "#d5a08e",
  bronze: "#8f6a3c", copper: "#b06a42", platinum: "#d8d9db", steel: "#8c949c", gunmetal: "#4e555c",
  "off white": "#f3eee1", cream: "#f4ead0", ivory: "#f4efdf", ecru: "#e5dabd", teal: "#1f7679",
  turquoise: "#39a9a9", indigo: "#39387f", "royal blue": "#2c4cb8", "sky blue": "#8ebbe0",
  "light blue": "#a2c4e4", cobalt: "#2148a6", aqua: "#7cc9cc", "sea green": "#4fa18a", crimson: "#b01f3a",
  wine: "#651e36", rust: "#a9502c", coral: "#ee7f6b", scarlet: "#c9252d", olive: "#6f7038", mint: "#aedcc2",
  lime: "#b4cf45", "lime green": "#b4cf45", emerald: "#1d8260", "bottle green": "#1c4a39", lemon: "#f3dc62",
  ochre: "#c1862e", fuchsia: "#c8307f", blush: "#eec2bd", mauve: "#a67c97", lilac: "#c3acd3", plum: "#5f2b4d",
  tangerine: "#ec8a3c", saffron: "#ef9c29", tan: "#bf9160", coffee: "#5b4031", camel: "#bd955f",
  taupe: "#8f8174", chocolate: "#4e3325", nude: "#dfbda2", sand: "#d8c4a0", violet: "#6a4aa0",
};
const MANY = ["#bf2b36", "#efc436", "#2f8152", "#2f62b5"];
const UNKNOWN = "#a9abb0";
const WORDS = Object.keys(HEX).sort((one, other) => other.length - one.length);
const IN_NAME = new RegExp(`\\b(?:${WORDS.join("|").replaceAll(" ", "[ -]")})\\b`, "gi");

/**
 * How to paint a product: up to two colours, and the word to show. The name is more exact than the
 * catalogue's colour column ("Sky Blue" for `Blue`), so it decides the paint; the column is the label.
 */
export function colours(product) {
  const listed = product.color.trim();
  const named = [...nameWithoutBrand(product).matchAll(IN_NAME)].map((match) => match[0]);
  const unique = [...new Set(named.map((word) => word.toLowerCase().replaceAll("-", " ")))];
  const paints = unique.map((word) => HEX[word]).slice(0, 2);
  if (/^multi/i.test(listed) && paints.length < 2) return { word: listed, paints: MANY };
  if (paints.length === 0) paints.push(HEX[listed.toLowerCase()] ?? UNKNOWN);
  return { word: listed || capitalised(unique[0] ?? ""), paints };
}

/** "Shaanbari Men Maroon Sherwani" by Shaanbari is shown as "Men Maroon Sherwani" under its brand. */
export function nameWithoutBrand({ name, brand }) {
  const starts = brand && name.toLowerCase().startsWith(`${brand.toLowerCase()} `);
  return starts ? name.slice(brand.length + 1) : name;
}

function capitalised(word) {
  return word && word[0].toUpperCase() + word.slice(1);
}
