// What every page of the phone does about what waits on it, and what the pages without a
// network do by themselves.
import { checkIn } from "./check_in.js";
import { moment } from "./moment.js";
import { get } from "./store.js";
import { sendAndSay } from "./strip.js";
import "./unsent.js";

const quietly = () => sendAndSay().catch(() => {});

// Once it is known whose phone this is: what waits is told to nobody else.
export const carryOn = () => {
  addEventListener("online", quietly);
  addEventListener("pageshow", quietly);
  document.addEventListener("visibilitychange", quietly);
  // The next page took the place of this one.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (!detail.boosted) return;
    quietly();
    // What went wrong first; else what the page is about.
    const place = document.querySelector("main [autofocus]") ?? document.querySelector("main h1");
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus();
  });
  quietly();
};

const begin = async (root, start) => root && start(root, await get("state", "owner").catch(() => {}));
begin(document.querySelector("[data-check-in]"), (root, owner) => {
  // Where nothing may be kept, nothing is asked.
  if (owner) checkIn(root);
  else document.querySelector("[data-nobody]").hidden = false;
});
begin(document.querySelector("[data-moment]"), (root, owner) => moment(root, owner ? {} : undefined));
