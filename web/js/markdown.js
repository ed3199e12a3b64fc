// The markdown that the API emits, as nodes. Text becomes text nodes and links are checked, so nothing an
// answer holds can become markup or script, and no sanitiser is needed: a parser for all of markdown and
// DOMPurify would cost 60 KB and the right to write HTML, which the page's policy takes away.
//
// Known: paragraphs, lists, tables, headings (shown as bold lines), fenced code, bold, italic, code, links,
// backslash escapes. Everything else is shown as it stands.

import { el } from "./dom.js";

const ITEM = /^ {0,3}(?:(\d{1,9})[.)]|[-*+]) +(.*)$/;
const INLINE = new RegExp(
  [
    String.raw`\\(?<escaped>[\\$*_\`\[\]()#+.!|~>-])`,
    String.raw`\`(?<code>[^\`]+)\``,
    String.raw`\*\*(?<bold>(?:[^*]|\*(?!\*))+)\*\*`,
    String.raw`(?<![*\w])\*(?<italic>[^*\s](?:[^*]*[^*\s])?)\*(?![*\w])`,
    String.raw`(?<![_\w])_(?<under>[^_\s](?:[^_]*[^_\s])?)_(?![_\w])`,
    String.raw`\[(?<label>[^\[\]]+)\]\((?<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)`,
  ].join("|"),
  "g",
);

/**
 * The blocks of a text, each with `source`, and for the kind:
 * `paragraph {lines}`, `heading {text}`, `code {text}`, `table {head, rows}`,
 * `list {ordered, start, items: [{number, text}]}`.
 */
export function blocks(text) {
  const found = [];
  let block = null;
  let fenced = false;
  const open = (kind, line, fields) => found.push((block = { kind, source: line, ...fields }));
  for (const line of text.split("\n")) {
    if (fenced) {
      fenced = !/^ {0,3}```/.test(line);
      if (fenced) block.text += `${line}\n`;
      block.source += `\n${line}`;
    } else if (/^ {0,3}```/.test(line)) {
      fenced = true;
      open("code", line, { text: "" });
    } else if (line.trim() === "") {
      block = null;
    } else if (!extended(block, line)) {
      begin(open, line);
    }
  }
  return found;
}

function begin(open, line) {
  const item = ITEM.exec(line);
  const heading = /^ {0,3}#{1,6} +(.*?)(?: +#+)?$/.exec(line);
  if (item) {
    const start = Number(item[1] ?? 1);
    const items = [{ number: start, text: item[2] }];
    open("list", line, { ordered: item[1] !== undefined, start, items });
  } else if (heading) open("heading", line, { text: heading[1] });
  else if (line.startsWith("|")) open("table", line, { head: cells(line), rows: [] });
  else open("paragraph", line, { lines: [line] });
}

/** Whether the line belongs to the block above it; if so it is added. */
function extended(block, line) {
  const item = ITEM.exec(line);
  if (block?.kind === "list") {
    const last = block.items.at(-1);
    if (item && (item[1] !== undefined) === block.ordered) {
      block.items.push({ number: Number(item[1] ?? last.number + 1), text: item[2] });
    } else if (!item && /^ {2,}/.test(line)) last.text += ` ${line.trim()}`;
    else return false;
  } else if (block?.kind === "table" && line.startsWith("|")) {
    if (!/^[|:\s-]+$/.test(line)) block.rows.push(cells(line));
  } else if (block?.kind === "paragraph" && !item && !/^(?: {0,3}#{1,6} |\|)/.test(line)) {
    block.lines.push(line);
  } else return false;
  block.source += `\n${line}`;
  return true;
}

function cells(line) {
  const inner = line.trim().replace(/^\||(?<!\\)\|$/g, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

/** A block as an element. */
export function blockElement(block) {
  switch (block.kind) {
    case "heading":
      return el("p", { class: "heading" }, ...inline(block.text));
    case "code":
      return el("pre", { tabIndex: 0 }, el("code", {}, block.text.trimEnd()));
    case "table":
      return table(block);
    case "list": {
      const items = block.items.map(({ text }) => el("li", {}, ...inline(text)));
      return block.ordered ? el("ol", { start: block.start }, ...items) : el("ul", {}, ...items);
    }
    default:
      return el("p", {}, ...inline(block.lines.join("\n")));
  }
}

function table({ head, rows }) {
  const header = el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, ...inline(cell))));
  const body = rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, ...inline(cell)))));
  const whole = el("table", {}, el("thead", {}, header), el("tbody", {}, ...body));
  // It scrolls sideways on a phone, also by keyboard.
  return el("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Table" }, whole);
}

/** The nodes of a line of text. */
export function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(...withBreaks(text.slice(end, match.index)), span(match.groups));
    end = match.index + match[0].length;
  }
  nodes.push(...withBreaks(text.slice(end)));
  return nodes;
}

function span({ escaped, code, bold, italic, under, label, target }) {
  if (escaped !== undefined) return escaped;
  if (code !== undefined) return el("code", {}, code);
  if (bold !== undefined) return el("strong", {}, ...inline(bold));
  if (label === undefined) return el("em", {}, ...inline(italic ?? under));
  const href = safeAddress(target);
  return href ? link(href, ...inline(label)) : el("span", {}, ...inline(label));
}

/** A link that leaves the page and tells the other side nothing of it. */
export function link(href, ...children) {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** The address if it is http(s), else null: `javascript:` and its like lead nowhere. */
export function safeAddress(address) {
  try {
    const { protocol, href } = new URL(address);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}

function withBreaks(text) {
  return text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line])).filter((node) => node !== "");
}

/** The text as it is read aloud: without marks, links as their labels. */
export function spoken(text) {
  const holder = el("div");
  for (const block of blocks(text)) holder.append(blockElement(block), " ");
  return holder.textContent.replace(/\s+/g, " ").trim();
}
