// Whether the shop can be reached. The browser's own word for it is about the network card: without Wi-Fi a
// shop on this very machine is still there, so the API is asked before anybody is told to be offline.

import { config } from "./config.js";

/** Show and hide `notice` as the connection goes and comes. */
export function watchConnection(notice) {
  const update = async () => {
    const gone = !navigator.onLine && !(await isReachable());
    notice.hidden = !gone;
    notice.textContent = gone ? "You seem to be offline. What you type is kept." : "";
  };
  addEventListener("offline", update);
  addEventListener("online", update);
  update();
}

async function isReachable() {
  try {
    const { api } = await config();
    return (await fetch(`${api}/health`, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
