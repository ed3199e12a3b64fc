// Elements are made node by node, never from text: the page's policy (require-trusted-types-for 'script')
// makes the browser refuse innerHTML and its like.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with properties and children. `class`, `for`, `role`, `aria-*` and `data-*` are set as
 * attributes, `on*` as listeners, everything else as a property. Null and false children are left out.
 */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class" || key === "for" || key === "role" || /^(aria|data)-/.test(key)) {
      element.setAttribute(key, value);
    } else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An SVG element with attributes. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A decorative icon of 24 by 24, drawn with strokes. */
export function icon(path) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: path }));
}
