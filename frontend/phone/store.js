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
    blocking(current, blocked, event) {
      event.target.close();
      opened = undefined;
    },
    terminated: () => (opened = undefined),
  });

let opened;
const db = () =>
  (opened ??= open().catch((error) => {
    opened = undefined;
    throw error;
  }));

export const get = async (store, key) => (await db()).get(store, key);
export const all = async (store) => (await db()).getAll(store);
// On the disk when this returns: what somebody just said outlives a battery that runs out.
const writing = async (store) => (await db()).transaction(store, "readwrite", { durability: "strict" });
export const put = async (store, value, key) => {
  const step = await writing(store);
  await Promise.all([step.store.put(value, key), step.done]);
};
export const remove = async (store, key) => (await db()).delete(store, key);
export const clear = async (store) => (await db()).clear(store);
// Read and write in one step, which no other tab comes between, and which is on the disk
// when this returns. `make` gets what is there and says what is to be; undefined removes it.
export const change = async (store, key, make) => {
  const step = await writing(store);
  const value = make(await step.store.get(key));
  const name = step.store.keyPath ? undefined : key;
  await (value === undefined ? step.store.delete(key) : step.store.put(value, name));
  await step.done;
  return value;
};
