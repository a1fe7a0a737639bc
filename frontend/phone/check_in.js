// The check-in without a network: one question at a time, sealed and stored on this phone
// before anybody is thanked.
import { ending, isReady, isUnsafe, mentionsDanger, next, previous, progress } from "./flow.js";
import { oneThing } from "./one_thing.js";
import { hold } from "./outbox.js";
import { carefully, steps } from "./steps.js";
import { refresh } from "./strip.js";
import { watch } from "./took.js";

const LAST = ["ride", "thanks"];

// What a form says about its question; null when it was skipped.
export const answerOf = (key, kind, data) => {
  if (data.has("skip")) return null;
  if (kind !== "CHIPS") return kind === "CHOICE" ? data.get(key) : Number(data.get(key));
  const codes = [...data.getAll(key), ...data.getAll("only")];
  return codes.length ? codes : null;
};

// Words of their own go along; the server gives them a code.
export const ownOf = (key, data) => {
  const own = data.has("skip") ? "" : data.get("own")?.trim();
  return own ? { [`own_${key}`]: own } : {};
};

// As it was answered before.
const paint = (part, key, answer) => {
  const values = [answer ?? []].flat().map(String);
  for (const each of part.querySelectorAll("button[name], input:not([name=own])")) {
    if (each.type === "checkbox") each.checked = values.includes(each.value);
    else each.ariaPressed = each.name !== "skip" && values.includes(each.value) ? "true" : null;
  }
};

// A note, and words of their own on a page that could not send them.
const written = (answers, note) =>
  [note, ...Object.keys(answers).map((key) => (key.startsWith("own_") ? answers[key] : ""))].join(" ");

// `begun` goes on with a check-in that a page could not send.
export const checkIn = (root, begun) => {
  let { uuid = crypto.randomUUID(), said = {}, given = {}, on, past, sentAt } = begun ?? {};
  let screens = [];
  let pace;
  const { questionSet, danger } = root.dataset;
  const find = (selector) => root.querySelector(selector);
  const answers = () => ({ ...said, ...given });

  const way = steps(root, (name, part) => {
    const isQuestion = "kind" in part.dataset;
    document.body.toggleAttribute("data-unsaved", isQuestion);
    find("[data-note]").hidden = !LAST.includes(name);
    if (!isQuestion) return;
    const [now, of] = progress(answers(), name, past);
    const place = part.querySelector("[data-progress]");
    place.textContent = place.dataset.progress.replace("{now}", now).replace("{of}", of);
    part.querySelector("rect").setAttribute("width", now / of);
    paint(part, name, answers()[name]);
    const own = part.querySelector("[name=own]");
    const words = answers()[`own_${name}`];
    if (own && words) {
      own.value ||= words;
      own.closest("details").open = true;
    }
  });

  // Each sending has a UUID of its own; what follows a check-in belongs to its day.
  const keep = async (kind, what, took) => {
    const extra = { question_set: questionSet };
    if (took) extra.took = took;
    if (on) extra.local_on = on;
    if (sentAt) extra.occurred_at = new Date(++sentAt).toISOString();
    if (!(await hold(kind, uuid, what, extra))) throw new Error("nobody is signed in");
    if (kind === "DRAFT") return;
    sentAt ??= Date.now();
    uuid = crypto.randomUUID();
    await refresh();
  };

  const take = async (answer) => {
    given = { ...given, ...answer };
    const took = pace?.seconds();
    if (!isReady(said, given, past)) return keep("DRAFT", given);
    const isLast = !next(answers(), past);
    await keep("CHECKIN", given, isLast && took);
    if (isLast) pace = undefined;
    said = answers();
    given = {};
  };

  const finish = (note = "") => {
    const { screens: path, ...end } = ending(answers(), past);
    screens = path.filter((screen) => screen !== "safe");
    if (!LAST.includes(screens.at(-1))) screens.push("thanks");
    if (isUnsafe(answers()) || mentionsDanger(written(answers(), note), danger)) screens.unshift("safe");
    const is = { ...end, used: path.includes("use"), called: answers().contact_request === "today" };
    for (const each of root.querySelectorAll("[data-if]")) each.hidden = !is[each.dataset.if];
    for (const each of root.querySelectorAll("[data-unless]")) each.hidden = is[each.dataset.unless];
    const thing = oneThing(answers());
    for (const each of root.querySelectorAll("[data-thing]")) each.hidden = each.dataset.thing !== thing;
    way.to(screens[0]);
  };
  const onward = () => {
    const key = next(answers(), past);
    if (key) way.to(key);
    else finish();
  };

  const acts = {
    begin() {
      pace = watch();
      onward();
    },
    onward: () => way.to(screens[screens.indexOf(way.now()) + 1]),
    back() {
      if (!way.isFirst()) return history.back();
      const before = previous(answers(), way.now(), past);
      if (before) way.to(before);
    },
    more() {
      said = {};
      given = {};
      onward();
    },
    async call() {
      await take({ contact_request: "today" });
      acts.onward();
    },
  };

  const note = async (form) => {
    const text = form.elements.note.value.trim();
    if (!text) return;
    await keep("CHECKIN", { note: text });
    form.hidden = true;
    find("[data-noted]").hidden = false;
    if (mentionsDanger(text, danger)) finish(text);
  };

  const sent = carefully(root, async (form, submitter) => {
    if (form.elements.note) return note(form);
    const part = form.closest("[data-part]");
    const key = form.dataset.key ?? part.dataset.part;
    const data = new FormData(form);
    if (submitter?.name) data.append(submitter.name, submitter.value);
    delete given[`own_${key}`];
    await take({ [key]: answerOf(key, part.dataset.kind ?? "CHOICE", data), ...ownOf(key, data) });
    onward();
  });
  const pressed = carefully(root, (act) => acts[act]());

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    sent(event.target, event.submitter);
  });
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-act]");
    if (button) pressed(button.dataset.act);
  });

  if (begun) onward();
  else way.to("start");
};
