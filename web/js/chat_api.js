// The shop's public API, as any page of a shop may use it: one POST, answered by server-sent events in
// OpenAI's format. What this API adds is `recommendations`, in one event before the text.
//
//   for await (const event of ask({ api: "/v1", messages: [{ role: "user", content: "red sarees" }] })) {
//     if (event.recommendations) showProducts(event.recommendations);
//     if (event.text) append(event.text);
//   }

import { serverSentEvents } from "./sse.js";

const MODEL = "apparel-recommender";
const MAX_MESSAGES = 40;
// The API says that it is still there every 10 s. Silent for much longer, it is gone.
const SILENCE_MS = 60_000;

/** Why there is no answer, or no whole one. `message` is a sentence for people. */
export class AskError extends Error {
  /**
   * `code` is the API's own, or one of `unreachable` (no answer at all), `silent` and `broken_off`.
   * `retryAfter` is in seconds, where the API gives it.
   */
  constructor(code, message, { status = 0, retryAfter = null } = {}) {
    super(message);
    Object.assign(this, { code, status, retryAfter });
  }
}

/**
 * Ask, with the whole conversation in OpenAI's format, newest message last. Yields, as they come:
 *   {allowance: {remaining, resetsIn, reached}}  where the API limits messages; `reached` is the code of the
 *       limit that this message ran into, and the text then says so; else it is null
 *   {waiting: true}              it still works at it
 *   {recommendations: [...]}     products, once, before the text
 *   {text}                       a piece of the answer, in markdown
 * Throws AskError, or the signal's AbortError.
 */
export async function* ask({ api, messages, token = null, signal = null }) {
  const silence = new AbortController();
  let timer;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  heard();
  try {
    const response = await fetch(`${api}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ model: MODEL, stream: true, messages: messages.slice(-MAX_MESSAGES) }),
      signal: AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]),
    });
    if (!response.ok) throw await refusal(response);
    const allowance = allowanceOf(response.headers);
    if (allowance) yield { allowance };
    yield* answer(response.body, heard);
  } catch (error) {
    throw signal?.aborted ? error : asAskError(error, silence.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

async function* answer(body, heard) {
  for await (const { data, comment } of serverSentEvents(body)) {
    heard();
    if (comment !== undefined) yield { waiting: true };
    else if (data === "[DONE]") return;
    else {
      const chunk = JSON.parse(data);
      if (chunk.error) throw new AskError(chunk.error.code, chunk.error.message);
      if (chunk.recommendations) yield { recommendations: chunk.recommendations };
      const text = chunk.choices?.[0]?.delta?.content;
      if (text) yield { text };
    }
  }
  throw new AskError("broken_off", "The connection broke off before the answer was complete.");
}

/** An error answer is `{"error": {"message", "code", …}}`; one that is not comes from something in between. */
async function refusal(response) {
  const retryAfter = Number.parseInt(response.headers.get("retry-after") ?? "", 10) || null;
  const body = await response.json().catch(() => null);
  const { code = "unexpected", message = "" } = body?.error ?? {};
  const sentence = message || `The shop's assistant can't answer right now (error ${response.status}).`;
  return new AskError(code, sentence, { status: response.status, retryAfter });
}

function allowanceOf(headers) {
  const remaining = headers.get("x-ratelimit-remaining-requests");
  if (remaining === null) return null;
  const resetsIn = Number.parseInt(headers.get("x-ratelimit-reset-requests") ?? "", 10);
  return {
    remaining: Number(remaining),
    resetsIn: Number.isNaN(resetsIn) ? null : resetsIn,
    reached: headers.get("x-ratelimit-reached"),
  };
}

function asAskError(error, wasSilent) {
  if (error instanceof AskError) return error;
  if (wasSilent) return new AskError("silent", "The shop's assistant has stopped answering.");
  if (error instanceof SyntaxError) return new AskError("unexpected", "The answer can't be read.");
  return new AskError("unreachable", "The shop's assistant can't be reached.");
}
