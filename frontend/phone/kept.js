// The plan on this phone, behind a PIN: brought up to date, and taken off. What the server
// says is sealed to a key of the phone's own, so that news need no PIN. pin.js opens it.
import { seal } from "./seal.js";
import { change, get, put, remove } from "./store.js";
import { close, wipe } from "./wipe.js";

export const TRIES = 5;
const HOUR = 60 * 60 * 1000;
const WEEK = 7 * 24 * HOUR;

const record = () => get("kept", "kept");

// What the server says now: {} when it is what this phone has, nothing when it is not in
// reach. Whoever is not signed in any more has nothing here.
export const ask = async (have, patience) => {
  const how = { cache: "no-store", signal: AbortSignal.timeout(patience) };
  const answer = await fetch(`/api/v1/kept/?have=${have}`, how).catch(() => {});
  if (answer?.status === 401 || answer?.status === 403) await close();
  if (!answer?.ok) return undefined;
  await put("state", Date.now(), "seen_at");
  return answer.status === 204 ? {} : answer.json().catch(() => {});
};

export const sealed = async (plan, kept) => ({
  version: plan.version,
  sealed: await seal(plan, kept, kept.owner),
  saved_at: Date.now(),
});

export const takeOff = () => remove("kept", "kept");

// Ask what changed, an hour after the last time or `atOnce`.
export const refresh = async (atOnce, patience = 15_000) => {
  const kept = await record();
  if (!kept || (!atOnce && Math.abs(Date.now() - kept.asked_at) < HOUR)) return;
  const plan = await ask(kept.version, patience);
  if (!plan) return;
  // Somebody else signed in meanwhile, in another tab.
  if (plan.version && plan.owner !== kept.owner) return wipe();
  const news = plan.version ? await sealed(plan, kept) : {};
  // What was taken off or replaced while the server was asked stays so.
  await change("kept", "kept", (now) => (now?.id === kept.id ? { ...now, ...news, asked_at: Date.now() } : now));
};

// What is known without the PIN. A plan that was not in touch for seven days is taken off
// first, and so is one whose tries are used up.
export const standing = async () => {
  const kept = await record();
  // A page goes on knowing why there is none.
  const { dataset } = document.body;
  if (!kept) return { is: dataset.kept ?? "none" };
  const seen = await get("state", "seen_at");
  const is = !(Math.abs(Date.now() - seen) < WEEK) ? "late" : kept.tries < TRIES ? "locked" : "used";
  if (is !== "locked") {
    dataset.kept = is;
    await takeOff();
  }
  return { is, savedAt: kept.saved_at };
};

// A page of somebody else, or of nobody, before it is noted as a contact.
export const check = async ({ owner, offline }) => {
  const kept = await record();
  return kept && offline !== "page" && kept.owner !== owner ? close() : standing();
};
