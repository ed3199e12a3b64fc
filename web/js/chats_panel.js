// The list of earlier chats, in a dialog: the browser keeps the focus in it, and Escape closes it.

import { titleOf } from "./chat_store.js";
import { el, icon } from "./dom.js";

const BIN = "M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7M10.500 10.500v5.500M13.500 10.500v5.500";

export class ChatsPanel {
  #dialog;
  #store;

  /** `onOpen(id)` and `onRemoved(id)` are called after a choice. */
  constructor(dialog, { store, onOpen, onRemoved }) {
    this.#dialog = dialog;
    this.#store = store;
    this.onOpen = onOpen;
    this.onRemoved = onRemoved;
    dialog.querySelector("#close-chats").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  open(currentId) {
    this.#draw(currentId);
    this.#dialog.showModal();
  }

  #draw(currentId) {
    const chats = this.#store.list();
    const list = this.#dialog.querySelector("#chats-list");
    list.replaceChildren(...chats.map((chat) => this.#item(chat, currentId)));
    this.#dialog.querySelector("#chats-note").textContent =
      chats.length > 0 ? "Kept in this browser only; the newest 30." : "Your chats will be listed here. They stay in this browser.";
  }

  #item(chat, currentId) {
    const title = titleOf(chat);
    const choose = () => {
      this.#dialog.close();
      this.onOpen(chat.id);
    };
    const remove = (event) => {
      const item = event.currentTarget.closest("li");
      const next = item.nextElementSibling ?? item.previousElementSibling;
      this.#store.remove(chat.id);
      item.remove();
      (next?.querySelector("button") ?? this.#dialog.querySelector("#close-chats")).focus();
      this.onRemoved(chat.id);
    };
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "chat", onclick: choose, "aria-current": chat.id === currentId ? "true" : null },
        el("span", { class: "chat-title" }, title),
        el("span", { class: "chat-date" }, when(chat.updated)),
      ),
      el("button", { type: "button", class: "button quiet", onclick: remove, "aria-label": `Delete the chat ${title}` }, icon(BIN)),
    );
  }
}

function when(time) {
  const then = new Date(time);
  const today = then.toDateString() === new Date().toDateString();
  return then.toLocaleString("en-IN", today ? { hour: "numeric", minute: "2-digit" } : { day: "numeric", month: "short" });
}
