// What of a person can be read on this phone goes. What waits stays: it is sealed, and
// delivered under whose it is.
import { remove } from "./store.js";

const PATIENCE = 3000;

const pushManager = async () => {
  const registration = self.registration ?? (await navigator.serviceWorker?.getRegistration());
  return registration?.pushManager;
};

// The browser asks its push service, which may not be in reach.
const dropPush = async () => {
  const unsubscribed = pushManager()
    .then((manager) => manager?.getSubscription())
    .then((subscription) => subscription?.unsubscribe())
    .catch(() => {});
  await Promise.race([unsubscribed, new Promise((done) => setTimeout(done, PATIENCE))]);
};

// Nobody is signed in here any more.
export const close = async () => {
  await remove("kept", "kept");
  await dropPush();
};

export const wipe = async () => {
  await remove("state", "owner");
  await remove("state", "lately");
  await close();
};
