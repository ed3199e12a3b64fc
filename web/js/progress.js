// What is said while nothing comes: who is being waited for, and, when it takes long, why.

import { el } from "./dom.js";

const PHASES = {
  catalogue: {
    usual: "Looking through the catalogue",
    slow: "The catalogue is waking up. After a quiet time that takes up to half a minute.",
  },
  stylist: {
    usual: "The stylist is writing",
    slow: "The stylist is waking up. The products are here already.",
  },
};
const SLOW_MS = 6_000;
const PAUSE_MS = 900;

/** A line below an answer that shows only in silence. */
export class Progress {
  element = el("p", { class: "progress", hidden: true });
  #phase = "catalogue";
  #timers = [];
  #announcer;

  constructor(announcer) {
    this.#announcer = announcer;
  }

  start() {
    this.#phase = "catalogue";
    this.#say("usual");
    this.#later(SLOW_MS, () => this.slow());
  }

  /** It takes long, or the API says that it still works at it. */
  slow() {
    this.end();
    this.#say("slow");
  }

  /** Something came: the catalogue has answered, so whatever is waited for next is the stylist. */
  heard() {
    this.end();
    this.#phase = "stylist";
    this.#later(PAUSE_MS, () => this.#show("usual"));
    this.#later(SLOW_MS, () => this.slow());
  }

  end() {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  #later(ms, act) {
    this.#timers.push(setTimeout(act, ms));
  }

  #say(kind) {
    this.#show(kind);
    this.#announcer.say(PHASES[this.#phase][kind]);
  }

  #show(kind) {
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.element.replaceChildren(dots, PHASES[this.#phase][kind]);
    this.element.hidden = false;
  }
}
