// "Keep my plan on this phone", where its owner turns it on and off.
import { standing, takeOff } from "./kept.js";
import { keep } from "./pin.js";

const place = document.querySelector("[data-keep]");
const ORDER = "012345678909876543210";

const wrongWith = (pin, again) => {
  if (!/^\d{6,}$/.test(pin)) return ["pin", "short"];
  if (/^(\d)\1+$/.test(pin) || ORDER.includes(pin)) return ["pin", "easy"];
  return pin === again ? [] : ["pin-again", "other"];
};

const start = async (form) => {
  const said = place.querySelector("[data-keep-said]");
  const [pin, again] = form.querySelectorAll("input");
  const button = form.querySelector("button");

  const say = (what) => {
    const words = place.querySelector(`[data-says="${what}"]`);
    said.textContent = words?.textContent ?? "";
    said.hidden = !words;
  };
  const show = async (what) => {
    const { is, savedAt } = await standing();
    const on = is === "locked";
    for (const part of place.querySelectorAll("[data-keep-is]")) part.hidden = (part.dataset.keepIs === "locked") !== on;
    const how = { dateStyle: "medium", timeStyle: "short" };
    if (on) place.querySelector("[data-saved-at]").textContent = new Date(savedAt).toLocaleString(document.documentElement.lang, how);
    say(what ?? is);
  };
  const mark = (field, error) => {
    for (const input of [pin, again]) {
      const list = input.parentElement.querySelector(".errorlist");
      const isWrong = input.id === field;
      input.setAttribute("aria-invalid", isWrong);
      list.hidden = !isWrong;
      for (const one of list.children) one.hidden = one.dataset.error !== error;
      if (isWrong) input.focus();
    }
  };

  place.querySelector("[data-without]").hidden = true;
  if (!globalThis.crypto?.subtle) return say("cannot");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [field, error] = wrongWith(pin.value, again.value);
    mark(field, error);
    if (field) return;
    const typed = pin.value;
    pin.value = again.value = "";
    button.disabled = true;
    say("working");
    const isKept = await keep(typed, document.body.dataset.owner).catch(() => false);
    button.disabled = false;
    await show(isKept ? "kept" : "later");
  });
  place.querySelector("[data-take-off]").addEventListener("click", async () => {
    await takeOff();
    await show("off");
  });
  await show();
};

const form = place?.querySelector("[data-keep-form]");
if (form) start(form);
