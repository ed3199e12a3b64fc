// Tells people who don't see the page what happens on it, without reading half a sentence twice.

import { el } from "./dom.js";

const KEPT = 6;

/** Says each text once, in a polite live region. */
export class Announcer {
  #region;

  constructor(region) {
    this.#region = region;
  }

  say(text) {
    if (!text) return;
    this.#region.append(el("p", {}, text));
    while (this.#region.childElementCount > KEPT) this.#region.firstElementChild.remove();
  }

  /** The same for a text that grows: of what is new, the whole sentences; with `end` all of it. */
  follow() {
    let said = 0;
    return (text, { end = false } = {}) => {
      const fresh = text.slice(said);
      const whole = end ? fresh : (/^.*[.!?:](?=\s|$)/s.exec(fresh)?.[0] ?? "");
      said += whole.length;
      this.say(whole.trim());
    };
  }
}
