// Puts the page together.

import { Announcer } from "./announcer.js";
import { ChatStore, titleOf } from "./chat_store.js";
import { ChatsPanel } from "./chats_panel.js";
import { Composer } from "./composer.js";
import { config } from "./config.js";
import { watchConnection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { SignIn } from "./sign_in.js";
import { fillWelcome } from "./welcome.js";

const find = (id) => document.getElementById(id);

const announcer = new Announcer(find("announcer"));
const store = new ChatStore();
const signIn = new SignIn(showSignIn);
const conversation = new Conversation({
  store,
  place: find("conversation"),
  announcer,
  signIn,
  onChange: showState,
  onEdit: (text) => {
    composer.prepend(text);
    composer.focus({ always: true });
  },
});
const composer = new Composer(find("composer"), {
  onAsk: (text) => conversation.ask(text),
  onStop: () => conversation.stop(),
  onDraft: (text) => conversation.chat && store.saveDraft(conversation.chat.id, text),
  announcer,
});
const panel = new ChatsPanel(find("chats"), {
  store,
  onOpen: (id) => show(store.open(id)),
  onRemoved: (id) => id === conversation.chat.id && show(store.begin()),
});

fillWelcome(find("rail"), find("suggestions"), (question) => {
  conversation.ask(question);
  composer.focus();
});
find("open-chats").addEventListener("click", () => panel.open(conversation.chat.id));
find("new-chat").addEventListener("click", () => {
  if (!conversation.isEmpty) show(store.begin());
  composer.focus({ always: true });
});
find("sign-in").addEventListener("click", () => {
  if (signIn.state === "in") signIn.end({ everywhere: true });
  else signIn.start();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && conversation.busy && !find("chats").open) conversation.stop();
});
watchConnection(find("offline"));
show(store.current());
composer.focus();
config()
  .catch(() => ({ login: null })) // asking a question tries again, and says so if it can't
  .then(({ login }) => signIn.resume(login))
  .then((justSignedIn) => justSignedIn && conversation.retryRefused())
  .catch((error) => {
    find("sign-in-problem").textContent = error.message;
    find("sign-in-problem").hidden = false;
  });

function show(chat) {
  conversation.show(chat);
  composer.set(store.draft(chat.id));
  if (conversation.isEmpty) scrollTo(0, 0);
}

function showState() {
  const { isEmpty, busy, chat } = conversation;
  composer.busy = busy;
  document.body.classList.toggle("chatting", !isEmpty);
  document.title = isEmpty ? "Apparel: find what to wear" : `${titleOf(chat)} · Apparel`;
}

function showSignIn() {
  const button = find("sign-in");
  button.hidden = signIn.state === "none";
  button.textContent = signIn.state === "in" ? "Sign out" : "Sign in";
  conversation.refreshNote();
}
