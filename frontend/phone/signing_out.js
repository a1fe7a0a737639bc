// Tell the server that somebody signed out here. Pages and the worker do it alike.
import { get, remove } from "./store.js";

const PATIENCE = 8000;

// `waiting` is how many sealed items stay: with none, the server has the browser clear all
// that this site stored. Without it nothing more is cleared.
export const tellServer = async (waiting) => {
  const how = { cache: "no-store", credentials: "same-origin" };
  const ask = (path, more) => fetch(path, { ...how, ...more, signal: AbortSignal.timeout(PATIENCE) });
  try {
    // Fetched now: one that was kept may be over, and would be something to steal.
    const { token } = await (await ask("/api/v1/token/")).json();
    const body = new URLSearchParams({ csrfmiddlewaretoken: token });
    if (waiting !== undefined) body.set("waiting", waiting);
    const answer = await ask("/sign-out/", { method: "POST", body, redirect: "manual" });
    return answer.type === "opaqueredirect";
  } catch {
    return false;
  }
};

// False while somebody is signed out on this phone only: nothing may be shown but what
// the phone shows without a network.
export const finishSigningOut = async () => {
  if (!(await get("state", "signing_out"))) return true;
  if (!(await tellServer())) return false;
  await remove("state", "signing_out");
  return true;
};
