// The box for questions. What is typed is kept as it is typed, and leaves the box only when it is asked.

import { icon } from "./dom.js";

const SEND = "M12 19V5M5.500 11.500 12 5l6.500 6.500";
const STOP = "M7.500 7.500h9v9h-9Z";

export class Composer {
  #form;
  #field;
  #button;
  #busy = false;

  /** `onAsk(text)` says whether the question was taken; `onDraft(text)` keeps it. */
  constructor(form, { onAsk, onStop, onDraft, announcer }) {
    this.#form = form;
    this.#field = form.querySelector("textarea");
    this.#button = form.querySelector(".send");
    this.onDraft = onDraft;
    this.busy = false;
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (this.#busy) announcer.say("An answer is on its way. Stop it with Escape, or wait; your text is kept.");
      else form.requestSubmit();
    });
    this.#button.addEventListener("click", (event) => {
      if (!this.#busy) return;
      event.preventDefault();
      onStop();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#field.value.trim();
      if (text && onAsk(text)) this.set("");
      this.focus();
    });
  }

  get text() {
    return this.#field.value;
  }

  /** The text of the box; what is in it already is lost. */
  set(text) {
    this.#field.value = text;
    this.#changed();
  }

  /** Put a text before what is in the box. */
  prepend(text) {
    this.set(this.#field.value.trim() ? `${text}\n${this.#field.value}` : text);
  }

  /** On a touch screen the focus would raise the keyboard over the answer. */
  focus({ always = false } = {}) {
    if (always || !matchMedia("(pointer: coarse)").matches) this.#field.focus();
    else this.#field.blur();
  }

  set busy(busy) {
    this.#busy = busy;
    this.#button.replaceChildren(icon(busy ? STOP : SEND));
    this.#button.setAttribute("aria-label", busy ? "Stop the answer" : "Send");
    this.#button.classList.toggle("stop", busy);
  }

  #changed() {
    this.onDraft(this.#field.value);
    this.#form.classList.toggle("filled", this.#field.value.trim() !== "");
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }
}
