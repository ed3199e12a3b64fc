// One question and its answer on the page. Products come before the text, so their cards are shown at once;
// when the text then lists them by number, the cards stand where the list would, and the list is not shown.

import { card } from "./cards.js";
import { el, icon } from "./dom.js";
import { blockElement, blocks, spoken } from "./markdown.js";
import { Progress } from "./progress.js";

const ACTIONS = { "sign-in": "Sign in", retry: "Ask again" };
const PENCIL = "M4.500 19.500l.9-4L16 5l3 3L8.500 18.600ZM13.500 7.500l3 3";

export class AnswerView {
  /** `actions` holds a function for each of ACTIONS, `edit()` for the question, and `more(product)`. */
  constructor(question, answer, actions, announcer) {
    this.answer = answer;
    this.actions = actions;
    this.announcer = announcer;
    this.follow = announcer.follow();
    this.progress = new Progress(announcer);
    this.content = el("div", { class: "content" });
    this.note = el("div", { class: "note-place" });
    this.body = el("div", { class: "answer", tabIndex: -1 }, this.content, this.progress.element, this.note);
    const heading = el("h2", {}, question.shown ?? question.text);
    this.element = el("section", { class: "turn" }, el("div", { class: "question" }, heading, this.#pencil(question)), this.body);
    this.#reset();
    this.draw();
  }

  begin() {
    this.#reset();
    this.say(null);
    this.body.setAttribute("aria-busy", "true");
    this.progress.start();
  }

  /** The answer has grown. */
  grown() {
    this.progress.heard();
    this.draw();
    this.follow(spokenText(this.drawn));
  }

  end() {
    this.progress.end();
    this.body.removeAttribute("aria-busy");
    this.draw();
    this.follow(spokenText(this.drawn), { end: true });
    const { length } = this.answer.products;
    if (length > 0) this.announcer.say(length === 1 ? "One product is listed." : `${length} products are listed.`);
  }

  /** Show a note (notes.js), or take it away. */
  say(note, { aloud = false } = {}) {
    this.note.replaceChildren();
    if (!note) return;
    const buttons = note.actions.map((action, index) =>
      el(
        "button",
        { type: "button", class: `button${index === 0 ? " strong" : ""}`, onclick: () => this.actions[action]() },
        ACTIONS[action],
      ),
    );
    this.note.append(
      el("div", { class: `note ${note.tone}` }, el("p", {}, note.text), el("div", { class: "note-actions" }, ...buttons)),
    );
    if (aloud) this.announcer.say(note.text);
  }

  draw() {
    const { text, products } = this.answer;
    this.drawn = withCards(blocks(text), products);
    this.drawn.forEach((block, index) => {
      const old = this.nodes[index];
      if (block.kind === "cards") this.#drawCards(block, index);
      else if (old?.source !== block.source || old.kind !== block.kind) {
        this.nodes[index] = { kind: block.kind, source: block.source, element: blockElement(block) };
      }
    });
    this.nodes.length = this.drawn.length;
    settle(this.content, this.nodes.map((node) => node.element));
  }

  /** Shown beside the newest question (css). One that a button asked can't be edited. */
  #pencil(question) {
    if (question.shown) return null;
    const edit = () => this.actions.edit();
    return el("button", { type: "button", class: "button quiet edit", "aria-label": "Edit the question", onclick: edit }, icon(PENCIL));
  }

  #drawCards({ numbers }, index) {
    if (this.nodes[index]?.kind !== "cards") {
      this.nodes[index] = { kind: "cards", element: el("ol", { class: "cards" }) };
    }
    const { element } = this.nodes[index];
    element.start = numbers[0];
    settle(element, numbers.map((number) => this.#card(number)));
  }

  #card(number) {
    const product = this.answer.products[number - 1];
    if (!this.cards.has(number)) this.cards.set(number, card(product, number, (wanted) => this.actions.more(wanted)));
    return this.cards.get(number);
  }

  #reset() {
    this.cards = new Map();
    this.nodes = [];
    this.content.replaceChildren();
  }
}

/**
 * The blocks of an answer with `{kind: "cards", numbers}` in place of its lists of products. Products that
 * no list names yet stand after the opening paragraph, or at the end of the last list.
 */
export function withCards(found, products) {
  if (products.length === 0) return found;
  const placed = new Set();
  const drawn = found.map((block) => {
    const numbers = listedProducts(block, products);
    numbers.forEach((number) => placed.add(number));
    return numbers.length > 0 ? { kind: "cards", numbers } : block;
  });
  const left = products.map((_, index) => index + 1).filter((number) => !placed.has(number));
  const last = drawn.findLast((block) => block.kind === "cards");
  if (last) last.numbers.push(...left);
  else drawn.splice(1, 0, { kind: "cards", numbers: left });
  return drawn;
}

/** The numbers of the products that a block lists, if it is a numbered list of products. */
function listedProducts(block, products) {
  if (block.kind !== "list" || !block.ordered) return [];
  return block.items
    .filter(({ number, text }) => products[number - 1] && text.includes(`](${products[number - 1].url})`))
    .map(({ number }) => number);
}

function spokenText(drawn) {
  return drawn.filter((block) => block.kind !== "cards").map((block) => spoken(block.source)).join(" ");
}

/** Give an element these children, and move none that stands right: what has the focus keeps it. */
function settle(parent, children) {
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild.remove();
}
