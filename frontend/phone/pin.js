// What the PIN does. Slowed down it wraps the private half of a pair; the plan is sealed to
// the public half. What is opened is shown and never stored.
import { ask, sealed, takeOff, TRIES } from "./kept.js";
import { bytesOf, toBase64, wrappingKey } from "./seal.js";
import { change, put } from "./store.js";

const ROUNDS = 600_000;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

const random = (length) => crypto.getRandomValues(new Uint8Array(length));

const pinKey = async (pin, { salt, rounds }, usage) => {
  const material = await crypto.subtle.importKey("raw", bytesOf(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, [usage]);
};
const wrapping = (kept) => ({ name: "AES-GCM", iv: kept.nonce, additionalData: bytesOf(kept.public) });

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
