// Signing out: first what can be read here goes, then the server is told, now or later.
import { all, get, put, remove } from "./store.js";
import { finishSigningOut, tellServer } from "./signing_out.js";
import { wipe } from "./wipe.js";

const { body, documentElement: page } = document;
const tabs = new BroadcastChannel("companion");

const blank = () => {
  body.hidden = true;
};
const again = () => {
  blank();
  location.reload();
};

// What lies on the phone and is not sent yet stays, if the person wants to go all the same.
const wantsToGo = (waiting) => {
  const dialog = document.querySelector("[data-leave]");
  const title = dialog.querySelector("[data-many]");
  title.textContent = waiting === 1 ? title.dataset.one : title.dataset.many.replace("%", waiting);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true });
  });
};

// What the phone shows of nobody. Without a worker there is no such page without a network.
const showOffline = () => {
  if (navigator.serviceWorker?.controller) return location.replace(`/offline/${page.lang.slice(0, 2)}/`);
  body.replaceChildren(document.querySelector("[data-left]").content);
  body.hidden = false;
};

const leave = async () => {
  const waiting = (await all("waiting")).length;
  if (waiting && !(await wantsToGo(waiting))) return;
  blank();
  await put("state", { at: Date.now() }, "signing_out");
  await wipe();
  tabs.postMessage("left");
  if (!(await tellServer(waiting))) return showOffline();
  await remove("state", "signing_out");
  location.replace("/sign-in/");
};

// Before the behaviour that sends a form once.
addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("[data-sign-out]")) return;
    event.preventDefault();
    event.stopPropagation();
    leave().catch(() => form.submit());
  },
  true,
);

// Another tab left, or the browser shows a page from its memory: ask for it anew.
tabs.addEventListener("message", again);
addEventListener("pagehide", () => body.dataset.owner && blank());
addEventListener("pageshow", ({ persisted }) => persisted && again());

// Signed out here while there was no network, and a page came all the same: true while
// nothing of it may be shown.
export const isLeaving = async () => {
  if (!(await get("state", "signing_out"))) return false;
  // What everybody may see, help among it, stays.
  if (!body.dataset.owner) return !(await finishSigningOut());
  blank();
  if (await finishSigningOut()) location.replace("/sign-in/");
  else showOffline();
  return true;
};
