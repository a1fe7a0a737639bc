// What this phone keeps. `waiting`: sealed items by UUID, {uuid, owner, made_at, sealed}.
// `state`: single values by name. `kept`: the plan behind the PIN, one record.
// The worker opens the same database.
import { openDB } from "idb";

const open = () =>
  openDB("companion", 1, {
    upgrade(db) {
      db.createObjectStore("waiting", { keyPath: "uuid" });
      db.createObjectStore("state");
      db.createObjectStore("kept");
    },
    // Another tab wants a newer version, or to delete it all.
    blocking: (current, blocked, event) => event.target.close(),
  });

let opened;
const db = () =>
  (opened ??= open().catch((error) => {
    opened = undefined;
    throw error;
  }));

export const get = async (store, key) => (await db()).get(store, key);
export const all = async (store) => (await db()).getAll(store);
export const put = async (store, value, key) => (await db()).put(store, value, key);
export const remove = async (store, key) => (await db()).delete(store, key);
export const clear = async (store) => (await db()).clear(store);
