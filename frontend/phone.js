// What a client's pages and the pages without a network load, after they can be read: one
// file, what every page has first.
import "./app.js";
import { check, refresh, standing } from "./phone/kept.js";
import { isLeaving } from "./phone/leave.js";
import { carryOn } from "./phone/offline.js";
import { meet } from "./phone/owner.js";
import "./phone/danger.js";
import "./phone/lock.js";
import "./phone/took.js";
import "./phone/worker_client.js";

const { owner } = document.body.dataset;
const waysToPlan = [...document.querySelectorAll("[data-kept]")];
// Where a person sees what is new of what is kept here.
const SHOWS_NEWS = /^\/(plan|schedule)\//;

try {
  if (!(await isLeaving())) {
    await check(document.body.dataset);
    await meet();
    if (waysToPlan.length) {
      const isKept = (await standing()).is === "locked";
      for (const way of waysToPlan) way.hidden = !isKept;
    }
    if (owner) await refresh(SHOWS_NEWS.test(location.pathname));
  }
} finally {
  carryOn();
}
