// Who signs in on this phone, known by a tag that says nothing to anybody else.
import { get, put } from "./store.js";
import { wipe } from "./wipe.js";

const PATH = "/api/v1/phone/";
const A_WEEK = 7 * 24 * 60 * 60 * 1000;

export const meet = () => navigator.locks.request("owner", greet);

const greet = async () => {
  const { owner: tag, offline } = document.body.dataset;
  await put("state", document.documentElement.lang, "language");
  // The pages without a network are everybody's, and a visitor is nobody else.
  if (offline === "page" || (!tag && offline !== "no") || (await get("state", "signing_out"))) return;
  let owner = await get("state", "owner");
  if (owner && owner.tag !== tag) {
    await wipe();
    owner = undefined;
  }
  if (!tag) return;
  await put("state", Date.now(), "seen_at");
  if (!owner) await keep(await ask("POST"), tag);
  // The server changes the key it is written to; this phone follows in time.
  else if (!(Date.now() - owner.asked_at < A_WEEK)) {
    const news = await ask("GET");
    if (news) await keep({ ...owner, ...news }, tag);
  }
};

const keep = (owner, tag) => owner?.offline && owner.tag === tag && put("state", { ...owner, asked_at: Date.now() }, "owner");

const ask = async (method) => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const headers = method === "POST" ? { "X-CSRFToken": token } : {};
  const signal = AbortSignal.timeout(15000);
  // Without an answer the next page asks again.
  const response = await fetch(PATH, { method, headers, cache: "no-store", signal }).catch(() => {});
  return response && (response.ok ? response.json() : {});
};
