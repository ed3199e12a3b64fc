// Signing in at the shop's identity provider: OAuth 2 code flow with PKCE (RFC 7636), as a public client.
//
// Where the access token lives: in this tab's sessionStorage. In memory alone a reload in mid-chat would sign
// people out; no other origin can read it there, it is gone with the tab, and within an hour it is void. The
// refresh token, which would live for weeks, is not kept at all. What could read it is a script of this very
// page, and the policy lets none in. The code is taken out of the address before anything else happens.

import { storage } from "./storage.js";

const PENDING = "apparel.sign-in";
const TOKEN = "apparel.token";
const EARLY_MS = 30_000;

export class SignIn {
  #login = null;
  #tab;
  #code;

  /** Reads what the provider sent along, and cleans the address. `onChange` is called after each change. */
  constructor(onChange, tab = storage("sessionStorage")) {
    this.onChange = onChange;
    this.#tab = tab;
    const sent = new URLSearchParams(location.search);
    this.#code = sent.has("state") ? Object.fromEntries(sent) : null;
    if (this.#code) history.replaceState(null, "", location.pathname);
  }

  /** `none` where the shop has no accounts, else `in` or `out`. */
  get state() {
    if (!this.#login) return "none";
    return this.token ? "in" : "out";
  }

  get token() {
    const { token, until } = this.#stored(TOKEN) ?? {};
    return token && Date.now() < until - EARLY_MS ? token : null;
  }

  /** Once the settings are known: finish what was begun before the page was left, and say whether that was
   * signing in. Throws a sentence. */
  async resume(login) {
    this.#login = login;
    try {
      if (!login || !this.#code) return false;
      await this.#exchange(this.#code);
      return true;
    } finally {
      this.#code = null;
      this.onChange();
    }
  }

  /** Leave for the provider's page. */
  async start() {
    const verifier = random();
    const state = random();
    this.#tab.setItem(PENDING, JSON.stringify({ verifier, state }));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    const { authorize_url, client_id, redirect_uri, scope } = this.#login;
    location.assign(
      `${authorize_url}?${new URLSearchParams({
        response_type: "code",
        client_id,
        redirect_uri,
        scope,
        state,
        code_challenge: base64url(new Uint8Array(digest)),
        code_challenge_method: "S256",
      })}`,
    );
  }

  /** Forget the token; with `everywhere` also at the provider, on its page. */
  end({ everywhere = false } = {}) {
    this.#tab.removeItem(TOKEN);
    this.onChange();
    if (everywhere) {
      const { logout_url, client_id, redirect_uri } = this.#login;
      location.assign(`${logout_url}?${new URLSearchParams({ client_id, logout_uri: redirect_uri })}`);
    }
  }

  async #exchange({ state, code }) {
    const pending = this.#stored(PENDING);
    this.#tab.removeItem(PENDING);
    // A state that is not ours: somebody else's code, sent to sign this person in as them.
    if (!code || pending?.state !== state) throw new Error("You were not signed in. Please try again.");
    const { token_url, client_id, redirect_uri } = this.#login;
    const response = await fetch(token_url, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id,
        redirect_uri,
        code,
        code_verifier: pending.verifier,
      }),
    }).catch(() => null);
    const granted = response?.ok ? await response.json().catch(() => null) : null;
    if (!granted?.access_token) throw new Error("Signing in did not work. Please try again.");
    const until = Date.now() + (granted.expires_in ?? 300) * 1000;
    this.#tab.setItem(TOKEN, JSON.stringify({ token: granted.access_token, until }));
  }

  #stored(key) {
    try {
      return JSON.parse(this.#tab.getItem(key));
    } catch {
      return null;
    }
  }
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
