// The plan on this phone, behind a PIN. The PIN, slowed down, wraps a private key; what the
// server says is sealed to its public half, so that news need no PIN. What is opened is
// shown and never stored.
import { bytesOf, seal, toBase64, wrappingKey } from "./seal.js";
import { change, get, put, remove } from "./store.js";
import { close, wipe } from "./wipe.js";

export const TRIES = 5;
const ROUNDS = 600_000;
const HOUR = 60 * 60 * 1000;
const WEEK = 7 * 24 * HOUR;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

const random = (length) => crypto.getRandomValues(new Uint8Array(length));
const record = () => get("kept", "kept");

const pinKey = async (pin, { salt, rounds }, usage) => {
  const material = await crypto.subtle.importKey("raw", bytesOf(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, [usage]);
};
const wrapping = (kept) => ({ name: "AES-GCM", iv: kept.nonce, additionalData: bytesOf(kept.public) });

// What the server says now: {} when it is what this phone has, nothing when it is not in
// reach. Whoever is not signed in any more has nothing here.
const ask = async (have, patience) => {
  const how = { cache: "no-store", signal: AbortSignal.timeout(patience) };
  const answer = await fetch(`/api/v1/kept/?have=${have}`, how).catch(() => {});
  if (answer?.status === 401 || answer?.status === 403) await close();
  if (!answer?.ok) return undefined;
  await put("state", Date.now(), "seen_at");
  return answer.status === 204 ? {} : answer.json().catch(() => {});
};

const sealed = async (plan, kept) => ({
  version: plan.version,
  sealed: await seal(plan, kept, kept.owner),
  saved_at: Date.now(),
});

// True when the plan is on this phone.
export const keep = async (pin, owner) => {
  const plan = await ask("", 15_000);
  if (plan?.owner !== owner) return false;
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const kept = {
    owner,
    id: crypto.randomUUID(),
    public: toBase64(raw),
    salt: random(16),
    rounds: ROUNDS,
    nonce: random(12),
    tries: 0,
    asked_at: Date.now(),
  };
  const key = await pinKey(pin, kept, "wrapKey");
  kept.wrapped = new Uint8Array(await crypto.subtle.wrapKey("pkcs8", pair.privateKey, key, wrapping(kept)));
  await put("kept", { ...kept, ...(await sealed(plan, kept)) }, "kept");
  return true;
};

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

// Why there is no plan here, while this page knows.
let because = "none";
// What is known without the PIN. A plan that was not in touch for seven days is taken off
// first, and so is one whose tries are used up.
export const standing = async () => {
  const kept = await record();
  if (!kept) return { is: because };
  const seen = await get("state", "seen_at");
  const is = !(Math.abs(Date.now() - seen) < WEEK) ? "late" : kept.tries < TRIES ? "locked" : "used";
  if (is !== "locked") {
    because = is;
    await takeOff();
  }
  return { is, savedAt: kept.saved_at };
};

// What a page says about who is signed in, before it is noted as a contact.
export const check = ({ owner, offline }) => (owner || offline ? standing() : close());

const opened = async (kept, key) => {
  const own = await crypto.subtle.unwrapKey("pkcs8", kept.wrapped, key, wrapping(kept), CURVE, false, ["deriveBits"]);
  // As seal.js lays it out.
  const [ephemeral, nonce, rest] = [kept.sealed.slice(17, 82), kept.sealed.slice(82, 94), kept.sealed.slice(94)];
  const theirs = await crypto.subtle.importKey("raw", ephemeral, CURVE, false, []);
  const opener = await wrappingKey(own, theirs, kept.id, ephemeral, "decrypt");
  const how = { name: "AES-GCM", iv: nonce, additionalData: bytesOf(kept.owner) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, opener, rest)));
};

// {plan}, or how many tries are {left}: after the last one nothing is here any more.
export const unlock = async (pin) => {
  // A try is counted, on the disk, before it is known how it ends.
  const count = (kept) => (kept?.tries < TRIES ? { ...kept, tries: kept.tries + 1 } : undefined);
  const kept = await change("kept", "kept", count);
  if (!kept) return { left: 0 };
  try {
    const plan = await opened(kept, await pinKey(pin, kept, "unwrapKey"));
    await change("kept", "kept", (now) => now && { ...now, tries: 0 });
    return { plan };
  } catch {
    const left = TRIES - kept.tries;
    if (!left) await takeOff();
    return { left };
  }
};
