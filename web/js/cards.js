// Product cards, in the order of the numbers by which a shopper speaks of them.

import { colours, nameWithoutBrand } from "./colours.js";
import { el, icon } from "./dom.js";
import { garment } from "./garment.js";
import { link, safeAddress } from "./markdown.js";

const MORE = "M9 9h11v11H9ZM5 15H4V4h11v1";

const formats = new Map(); // each takes about a millisecond to make

/** ₹4,599, ₹1,49,999 or ₹99.50, in Indian grouping; another currency with its own sign. */
export function price({ price: amount, currency }) {
  const digits = Number.isInteger(amount) ? 0 : 2;
  const key = `${currency}${digits}`;
  if (!formats.has(key)) {
    const style = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits };
    formats.set(key, new Intl.NumberFormat("en-IN", style));
  }
  return formats.get(key).format(amount);
}

/** One product. `onMore` is called when somebody wants more like it. */
export function card(product, number, onMore) {
  const name = nameWithoutBrand(product);
  const href = safeAddress(product.url);
  const title = href
    ? link(href, name, el("span", { class: "unseen" }, ", opens the shop's page"))
    : name;
  const more = el(
    "button",
    { type: "button", class: "more", onclick: () => onMore(product) },
    icon(MORE),
    "More like this",
    el("span", { class: "unseen" }, `: number ${number}, ${name}`),
  );
  return el(
    "li",
    { class: "card", "data-product": product.product_id },
    tile(product, number),
    el(
      "div",
      { class: "card-text" },
      el("p", { class: "card-brand" }, product.brand),
      el("h3", { class: "card-name" }, title),
      el("p", { class: "card-price" }, price(product)),
      swatch(product),
    ),
    more,
  );
}

function tile(product, number) {
  const picture = el("div", { class: "tile" }, garment(product));
  picture.style.setProperty("--paint", colours(product).paints[0]);
  picture.append(el("span", { class: "number" }, el("span", { class: "unseen" }, "Number "), String(number)));
  return picture;
}

function swatch(product) {
  const { word, paints } = colours(product);
  if (!word) return null;
  const dot = el("span", { class: "swatch", "aria-hidden": "true" });
  paints.forEach((paint, index) => dot.style.setProperty(`--paint-${index + 1}`, paint));
  dot.dataset.paints = String(paints.length);
  return el("p", { class: "card-colour" }, dot, word);
}
