// Registers the worker, and says when a newer one waits. Nothing typed is ever lost to it.
const { body } = document;
const strip = document.querySelector("[data-update]");

// A monitored phone keeps nothing, also when the flag came later.
const remove = async () => {
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
};

const CHOSEN = ["checkbox", "radio"];
const changed = ({ type, options, checked, defaultChecked, value, defaultValue }) => {
  if (options) return [...options].some((option) => option.selected !== option.defaultSelected);
  if (CHOSEN.includes(type)) return checked !== defaultChecked;
  return type !== "hidden" && value !== defaultValue;
};
// `data-unsaved` marks what a script holds and has not stored.
const isTyped = () =>
  Boolean(document.querySelector("[data-unsaved]")) ||
  [...document.querySelectorAll("input, select, textarea")].some(changed);

const offer = (registration) => {
  const newer = registration.waiting;
  // Without a worker before it, it is the first, and nothing changes for anybody.
  if (!newer || !navigator.serviceWorker.controller) return;
  strip.hidden = false;
  strip.querySelector("button").onclick = ({ target }) => {
    const stays = isTyped();
    const done = () => {
      if (!stays) location.reload();
    };
    navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
    target.hidden = true;
    strip.querySelector("[data-later]").hidden = !stays;
    newer.postMessage("use it now");
  };
};

const register = async () => {
  const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  if (!registration || !strip) return;
  offer(registration);
  registration.addEventListener("updatefound", () => {
    registration.installing.addEventListener("statechange", () => offer(registration));
  });
};

// After what the page itself needs.
const idle = () => {
  const work = body.dataset.offline === "no" ? remove : register;
  work().catch(() => {});
};
if (navigator.serviceWorker) {
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle, { once: true });
}
