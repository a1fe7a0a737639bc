// What waits on this phone: sealed and stored before anything is sent, and kept until the
// server names it. Pages and the worker share this, and one lock lets only one of them send.
import { seal, toBase64 } from "./seal.js";
import { all, change, get, put } from "./store.js";

const NAME = "outbox";
const PATH = "/api/v1/drop/";
const MOST = 20;
const MOST_BYTES = 32768;
const PATIENCE = 15000;
const ARRIVED = ["taken", "known"];

// CHECKIN, MOMENT or DRAFT under its UUID; a later one takes the place of one that waits.
// False when nobody's words may be kept on this phone.
export const hold = async (kind, uuid, answers, extra) => {
  const owner = await get("state", "owner");
  if (!owner?.offline) return false;
  const made_at = Date.now();
  const item = {
    v: 1,
    uuid,
    kind,
    device: owner.device,
    key: owner.key,
    occurred_at: new Date(made_at).toISOString(),
    language: document.documentElement.lang,
    answers,
    ...extra,
  };
  const sealed = await seal(item, owner.drop, uuid);
  await put("waiting", { uuid, owner: owner.tag, made_at, sealed });
  askForSync().catch(() => {});
  return true;
};

// Where the browser has it, the worker sends when the network is back, with no page open.
const askForSync = async () => (await navigator.serviceWorker?.getRegistration())?.sync?.register(NAME);

// `count` and `oldest` of whoever signs in here, of all when nobody does; `total` of all.
export const waiting = async () => {
  const owner = await get("state", "owner");
  const items = await all("waiting");
  const mine = owner ? items.filter((item) => item.owner === owner.tag) : items;
  return { count: mine.length, oldest: Math.min(...mine.map((item) => item.made_at)), total: items.length };
};

let sending;
// True when nothing waits any more.
export const send = () => (sending ??= navigator.locks.request(NAME, sendAll).finally(() => (sending = undefined)));

const sendAll = async () => {
  const tried = new Set();
  for (;;) {
    const items = batch((await all("waiting")).filter((item) => !tried.has(String(item.sealed))));
    if (!items.length) return !(await all("waiting")).length;
    const arrived = await deliver(items).catch(() => undefined);
    if (!arrived) return false;
    for (const item of items) {
      const sealed = String(item.sealed);
      tried.add(sealed);
      // It may have been replaced while it was on its way: then the new one still waits.
      const gone = (now) => (now && String(now.sealed) !== sealed ? now : undefined);
      if (arrived.has(item.uuid)) await change("waiting", item.uuid, gone);
    }
  }
};

// The oldest first, no more than the server takes at once.
const batch = (items) => {
  let bytes = 0;
  const fits = (item, place) => place < MOST && ((bytes += item.sealed.length) < MOST_BYTES || !place);
  return items.sort((one, other) => one.made_at - other.made_at).filter(fits);
};

// The UUIDs that the server has now. Any other answer, or none, and everything stays here.
const deliver = async (items) => {
  const response = await fetch(PATH, {
    method: "POST",
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    headers: { "Content-Type": "application/json" },
    signal: AbortSignal.timeout(PATIENCE),
    body: JSON.stringify({
      clock: new Date().toISOString(),
      items: items.map(({ uuid, sealed }) => ({ uuid, sealed: toBase64(sealed) })),
    }),
  });
  if (!response.ok) throw new Error(response.status);
  const answer = await response.json();
  return new Set(answer.items.filter(({ status }) => ARRIVED.includes(status)).map(({ uuid }) => uuid));
};
