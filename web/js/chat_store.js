// Chats and drafts, kept in this browser only. Each chat has a key of its own, so that two tabs don't
// overwrite each other's.

import { storage } from "./storage.js";

const CHAT = "apparel.chat.";
const DRAFT = "apparel.draft.";
const CURRENT = "apparel.current";
const MAX_CHATS = 30;

/**
 * A chat is `{id, updated, messages}`. A message is `{role: "user", text, shown}`, where `shown` is what the
 * page displays, or `{role: "assistant", text, products, state, error, allowance, unseen}`, where `state` is
 * `streaming`, `done`, `stopped` or `failed`.
 */
export class ChatStore {
  #kept;
  #tab;
  #removed = new Set(); // an answer that is still on its way must not bring its chat back

  constructor(kept = storage("localStorage"), tab = storage("sessionStorage")) {
    this.#kept = kept;
    this.#tab = tab;
  }

  /** The chat of this tab, else the newest one's, else a new one. */
  current() {
    const id = this.#tab.getItem(CURRENT) ?? this.#kept.getItem(CURRENT);
    return id ? this.open(id) : this.begin();
  }

  begin() {
    return this.#choose({ id: crypto.randomUUID(), updated: Date.now(), messages: [] });
  }

  open(id) {
    return this.#choose(this.#read(id) ?? { id, updated: Date.now(), messages: [] });
  }

  save(chat) {
    if (this.#removed.has(chat.id)) return;
    if (chat.messages.length === 0) {
      this.#kept.removeItem(CHAT + chat.id);
      return;
    }
    const isNew = this.#kept.getItem(CHAT + chat.id) === null;
    chat.updated = Date.now();
    this.#write(CHAT + chat.id, JSON.stringify(chat), chat.id);
    if (isNew) for (const old of this.list().slice(MAX_CHATS)) this.remove(old.id);
  }

  remove(id) {
    this.#removed.add(id);
    this.#kept.removeItem(CHAT + id);
    this.#kept.removeItem(DRAFT + id);
  }

  /** All chats that hold a question, newest first. */
  list() {
    return Object.keys(this.#kept)
      .filter((key) => key.startsWith(CHAT))
      .map((key) => this.#read(key.slice(CHAT.length)))
      .filter((chat) => chat !== null)
      .sort((one, other) => other.updated - one.updated);
  }

  draft(id) {
    return this.#kept.getItem(DRAFT + id) ?? "";
  }

  saveDraft(id, text) {
    if (text) this.#write(DRAFT + id, text, id);
    else this.#kept.removeItem(DRAFT + id);
  }

  #choose(chat) {
    this.#tab.setItem(CURRENT, chat.id);
    this.#write(CURRENT, chat.id, chat.id);
    return chat;
  }

  #read(id) {
    try {
      const chat = JSON.parse(this.#kept.getItem(CHAT + id));
      return Array.isArray(chat?.messages) ? chat : null;
    } catch {
      return null;
    }
  }

  /** The browser's space is small: the oldest chats make room, never the one that is open. */
  #write(key, value, open) {
    for (;;) {
      try {
        return this.#kept.setItem(key, value);
      } catch {
        const oldest = this.list().findLast((chat) => chat.id !== open);
        if (!oldest) return undefined;
        this.remove(oldest.id);
      }
    }
  }
}

/** What a chat is called in a list: its first question. */
export function titleOf(chat) {
  const first = chat.messages.find((message) => message.role === "user");
  return first ? (first.shown ?? first.text) : "New chat";
}
