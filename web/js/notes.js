// What is said below an answer that is not as it should be, and what can be done about it.

// Limits that an account lifts.
const FOR_GUESTS = ["sign_in_needed", "guests_per_day"];

/**
 * `{text, tone, actions}` or null. `actions` holds `sign-in` and `retry` in the order of their use.
 *
 * A limit that is reached is said by the API as an answer, so that any client shows it; here are the buttons.
 */
export function noteFor(answer, signInState) {
  if (answer.state === "stopped") return { text: "You stopped this answer.", tone: "calm", actions: ["retry"] };
  if (answer.state === "failed") return failure(answer.error, signInState);
  if (answer.allowance?.reached) return limit(answer.allowance, signInState);
  if (answer.allowance?.remaining === 0 && signInState === "out") {
    return { text: "That was the last message without an account.", tone: "calm", actions: ["sign-in"] };
  }
  return null;
}

function failure({ code, message, status }, signInState) {
  const sayings = {
    left: "The page was left before this answer was complete.",
    offline: "You seem to be offline. Your question is kept, and is asked again once you are back.",
    unreachable: "The shop can't be reached at the moment. Your question is kept.",
  };
  const cure = status === 400 || status === 413 ? [] : ["retry"]; // the same again would be refused again
  const accountHelps = signInState === "out" && (status === 401 || FOR_GUESTS.includes(code));
  return {
    text: sayings[code] ?? message,
    tone: status === 429 || code === "left" ? "calm" : "warn",
    actions: accountHelps ? ["sign-in", ...cure] : cure,
  };
}

function limit({ reached, until }, signInState) {
  const forGuests = FOR_GUESTS.includes(reached);
  if (forGuests && signInState === "out") {
    const text = "Your chat stays here while you sign in, and your question is asked again.";
    return { text, tone: "calm", actions: ["sign-in"] };
  }
  if (forGuests && signInState === "in") return { text: "You are signed in.", tone: "calm", actions: ["retry"] };
  return { text: `Nothing is lost: you can ask again ${clock(until)}.`, tone: "calm", actions: ["retry"] };
}

/** "at 5:30 pm", "tomorrow at 5:30 am". */
function clock(until) {
  if (!until) return "in a moment";
  const then = new Date(until);
  const time = then.toLocaleTimeString("en-IN", { hour: "numeric", minute: "2-digit" });
  return then.toDateString() === new Date().toDateString() ? `at ${time}` : `tomorrow at ${time}`;
}
