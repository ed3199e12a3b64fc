// The conversation: asks, shows what comes, keeps all of it, and puts right what went wrong.

import { AnswerView } from "./answer_view.js";
import { ask, AskError } from "./chat_api.js";
import { config } from "./config.js";
import { noteFor } from "./notes.js";
import { nameWithoutBrand } from "./colours.js";

export class Conversation {
  #store;
  #place;
  #announcer;
  #signIn;
  #onChange;
  #stopping = null;
  #view = null;

  /** `onChange` is called when the chat's content or `busy` has changed, `onEdit` with a text to edit. */
  constructor({ store, place, announcer, signIn, onChange, onEdit }) {
    this.#store = store;
    this.#place = place;
    this.#announcer = announcer;
    this.#signIn = signIn;
    this.#onChange = onChange;
    this.onEdit = onEdit;
    addEventListener("pagehide", () => this.#store.save(this.chat));
    addEventListener("online", () => this.#lastAnswer?.error?.code === "offline" && this.retry());
  }

  get busy() {
    return this.#stopping !== null;
  }

  get isEmpty() {
    return this.chat.messages.length === 0;
  }

  show(chat) {
    this.stop();
    this.#stopping = null; // what is stopping belongs to the chat that is left
    this.chat = chat;
    this.#view = null;
    this.#place.replaceChildren();
    chat.messages.forEach((message, index) => {
      if (message.role !== "assistant" || message.unseen) return;
      if (message.state === "streaming") Object.assign(message, { state: "failed", error: { code: "left" } });
      this.#addView(chat.messages[index - 1], message);
    });
    this.refreshNote();
    this.#onChange();
    this.#view?.element.scrollIntoView({ block: "start", behavior: "instant" });
  }

  /** Ask a question; `shown` is what the page displays for it. False while another one is being answered. */
  ask(text, { shown, focus = false } = {}) {
    if (this.busy) return false;
    this.#view?.say(null);
    const question = { role: "user", text, shown };
    const answer = { role: "assistant" };
    this.chat.messages.push(question, answer);
    this.#addView(question, answer);
    this.#run(answer);
    this.#view.element.scrollIntoView({ block: "start" });
    if (focus) this.#view.body.focus({ preventScroll: true });
    return true;
  }

  /** Ask for more like a product. Numbers mean the last list, so one of an older list is listed again first. */
  more(product) {
    if (this.busy) return;
    const listed = this.chat.messages.findLast((message) => message.products?.length > 0 || message.relisted);
    let number = 1 + (listed?.products ?? []).findIndex((one) => one.product_id === product.product_id);
    if (number === 0) {
      number = 1;
      const text = `1. **[${product.name.replace(/[[\]]/g, "")}](${product.url})** by ${product.brand}`;
      this.chat.messages.push({ role: "assistant", text, unseen: true, relisted: true });
    }
    this.ask(`More like number ${number}`, { shown: `More like ${nameWithoutBrand(product)}`, focus: true });
  }

  retry() {
    if (this.busy || !this.#lastAnswer) return;
    this.#run(this.#lastAnswer);
  }

  stop() {
    this.#stopping?.abort();
  }

  /** The last question back into the box, and out of the chat. */
  edit() {
    this.stop();
    const [question] = this.chat.messages.splice(-2);
    this.#store.save(this.chat);
    this.onEdit(question.text);
    this.show(this.chat);
  }

  /** Ask once more what was refused for want of an account. */
  retryRefused() {
    const { allowance, error } = this.#lastAnswer ?? {};
    if (allowance?.reached || error?.status === 401 || error?.status === 429) this.retry();
  }

  /** What can be done about the last answer depends on whether somebody is signed in. */
  refreshNote({ aloud = false } = {}) {
    if (!this.#view || this.busy) return;
    this.#view.say(noteFor(this.#lastAnswer, this.#signIn.state), { aloud });
  }

  get #lastAnswer() {
    return this.chat.messages.at(-1);
  }

  #addView(question, answer) {
    answer.text ??= "";
    answer.products ??= [];
    const actions = {
      "sign-in": () => this.#signIn.start(),
      retry: () => {
        this.retry();
        this.#view.body.focus({ preventScroll: true }); // its button is gone
      },
      edit: () => this.edit(),
      more: (product) => this.more(product),
    };
    this.#view = new AnswerView(question, answer, actions, this.#announcer);
    this.#place.append(this.#view.element);
  }

  async #run(answer) {
    const { chat } = this;
    const view = this.#view;
    const stopping = (this.#stopping = new AbortController());
    Object.assign(answer, { text: "", products: [], state: "streaming", error: null, allowance: null });
    this.#store.save(chat);
    this.#onChange();
    view.begin();
    let leaving = false;
    const leave = () => (leaving = true);
    addEventListener("beforeunload", leave);
    try {
      await this.#receive(chat, answer, view, stopping.signal);
      answer.state = "done";
    } catch (error) {
      if (leaving) return; // The browser ends the request before the page; the next one says what happened.
      answer.state = stopping.signal.aborted ? "stopped" : "failed";
      if (answer.state === "failed") answer.error = kept(error);
    } finally {
      removeEventListener("beforeunload", leave);
    }
    if (answer.error?.status === 401) this.#signIn.end();
    this.#store.save(chat);
    if (this.#stopping !== stopping) return view.end();
    this.#stopping = null;
    view.end();
    this.refreshNote({ aloud: true });
    this.#onChange();
  }

  async #receive(chat, answer, view, signal) {
    const { api } = await config().catch(() => {
      throw new AskError("unreachable", "The shop's assistant can't be reached.");
    });
    const messages = forApi(chat.messages.slice(0, -1));
    for await (const event of ask({ api, messages, token: this.#signIn.token, signal })) {
      if (event.allowance) {
        const { resetsIn, ...allowance } = event.allowance;
        answer.allowance = { ...allowance, until: resetsIn === null ? null : Date.now() + resetsIn * 1000 };
      } else if (event.waiting) view.progress.slow();
      else if (event.recommendations) {
        answer.products = event.recommendations;
        view.grown();
        this.#store.save(chat);
      } else if (event.text) {
        answer.text += event.text;
        view.grown();
      }
    }
  }
}

/** The conversation in OpenAI's format. An answer's text goes back as it came: by its list the API knows
 * what "the 2nd one" is. */
function forApi(messages) {
  return messages.filter(({ text }) => text).map(({ role, text }) => ({ role, content: text }));
}

/** What is kept of an error, so that a reload still shows it. */
function kept(error) {
  const known = error instanceof AskError ? error : new AskError("unexpected", "The page failed to show the answer.");
  if (known !== error) console.error(error);
  const { code, message, status, retryAfter } = known;
  const offline = code === "unreachable" && !navigator.onLine;
  const until = retryAfter === null ? null : Date.now() + retryAfter * 1000;
  return { code: offline ? "offline" : code, message, status, until };
}
