// What a page could not send stays on this phone, and the person goes on where they were.
import { answerOf, checkIn, ownOf } from "./check_in.js";
import { isReady } from "./flow.js";
import { moment } from "./moment.js";
import { hold } from "./outbox.js";
import { get } from "./store.js";
import { refresh } from "./strip.js";

const TROUBLES = ["htmx:responseError", "htmx:sendError", "htmx:timeout"];

const tell = (hidden) => {
  const unsent = document.querySelector("[data-unsent]");
  if (unsent) unsent.hidden = hidden;
};

// The page for that, as this phone keeps it, in the place of the one that needs a network.
const goOn = async (page, start) => {
  const answer = await fetch(`/offline/${document.documentElement.lang.slice(0, 2)}/${page}/`, { credentials: "omit" });
  const there = new DOMParser().parseFromString(await answer.text(), "text/html");
  const root = there.querySelector(`[data-${page}]`);
  document.querySelector("main").replaceChildren(root);
  history.pushState(1, "");
  start(root);
};
const close = (form) => async () => (form.hidden = true);

// How each form is held, and how the person goes on. Three taps make a moment: what comes
// before them is no item yet.
const HOW = {
  question(form, data) {
    const { said, given: before, past } = JSON.parse(form.dataset.soFar);
    const { key, kind } = form.dataset;
    const given = { ...before, [key]: answerOf("answer", kind, data), ...ownOf(key, data) };
    const ready = isReady(said, given, past);
    const on = data.get("on");
    const uuid = data.get("uuid");
    const begun = ready ? { said: { ...said, ...given }, sentAt: Date.now() } : { uuid, said, given };
    return {
      kind: ready ? "CHECKIN" : "DRAFT",
      answers: given,
      onward: () => goOn("check-in", (root) => checkIn(root, { ...begun, on, past })),
    };
  },
  one_tap(form, data) {
    const answers = { one_tap: data.get("answer") };
    const begun = { said: answers, sentAt: Date.now(), on: data.get("on") };
    return { kind: "CHECKIN", answers, onward: () => goOn("check-in", (root) => checkIn(root, begun)) };
  },
  after: (form, data) => {
    const { craving, tool, answer } = Object.fromEntries(data);
    const answers = { craving: Number(craving), tool, craving_after: Number(answer) };
    return { kind: "MOMENT", answers, onward: close(form) };
  },
  helped: (form, data) => {
    const { craving, craving_after, tool, answer } = Object.fromEntries(data);
    const answers = { craving: Number(craving), tool, craving_after: Number(craving_after), helped: answer };
    return { kind: "MOMENT", answers, onward: close(form) };
  },
  note: (form, data) => ({ kind: "CHECKIN", answers: { note: data.get("text") }, onward: close(form) }),
  call: (form) => ({ kind: "CHECKIN", answers: { contact_request: "today" }, onward: close(form) }),
  moment(form, data) {
    const { own, ...begun } = Object.fromEntries(data);
    begun[form.dataset.name] = data.get("answer") ?? "";
    if (own) begun[form.dataset.own] = own;
    if ("craving" in begun) begun.craving = Number(begun.craving);
    return { onward: () => goOn("moment", (root) => moment(root, begun)) };
  },
};

// False where nothing may be kept: then the page says that it did not work.
const keep = async (form, data) => {
  if (!(await get("state", "owner"))) return false;
  const { kind, answers, onward } = HOW[form.dataset.hold](form, data);
  const on = data.get("on");
  if (kind) {
    await hold(kind, data.get("uuid"), answers, on && { local_on: on });
    tell(false);
    await refresh();
  }
  // Held is held, whether or not the way on is there.
  return onward().then(() => true, () => Boolean(kind));
};

// Heard before the page says that it did not work.
const caught = (event) => {
  const { elt, requestConfig, xhr } = event.detail;
  if (!elt.matches("[data-hold]") || !elt.isConnected) return;
  // The server is there and said something else.
  if (event.type === TROUBLES[0] && xhr.status < 500 && ![408, 429].includes(xhr.status)) return;
  event.stopImmediatePropagation();
  const trouble = document.querySelector("[data-trouble]");
  const say = (held) => (trouble.hidden = held);
  keep(elt, requestConfig.formData).then(say, () => say(false));
};
for (const name of TROUBLES) document.addEventListener(name, caught, true);
document.addEventListener("submit", () => tell(true), true);
