// What differs between a laptop and production: where the API is, and whether people can sign in.

let loading = null;

/**
 * The page's settings, fetched once; after a failure the next call tries again.
 * `{api, login: null | {authorize_url, token_url, logout_url, client_id, redirect_uri, scope}}`
 */
export function config() {
  loading ??= fetch("config.json").then((response) => {
    if (!response.ok) throw new Error(`config.json: ${response.status}`);
    return response.json();
  });
  loading.catch(() => (loading = null));
  return loading;
}
