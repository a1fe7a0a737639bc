// The plan kept on this phone, on its page: closed, opened with the PIN, closed again.
import { fill } from "./fill.js";
import { refresh, standing } from "./kept.js";
import { unlock } from "./pin.js";

const place = document.querySelector("[data-plan]");
// How long an opened plan may be out of sight.
const OUT_OF_SIGHT = 5 * 60 * 1000;

const start = async () => {
  const find = (name) => place.querySelector(`[data-${name}]`);
  const [form, here, wrong] = [find("plan-is=locked"), find("plan-here"), find("wrong")];
  const [pin, button] = [form.querySelector("input"), form.querySelector("button")];

  const show = (is) => {
    for (const one of place.querySelectorAll("[data-plan-is]")) one.hidden = one.dataset.planIs !== is;
  };
  const lock = async () => {
    here.replaceChildren();
    pin.value = wrong.textContent = "";
    show((await standing()).is);
  };
  const open = (plan) => {
    const ahead = (day) => ({ ...day, meetings: day.meetings.filter(({ ends_at }) => Date.parse(ends_at) > Date.now()) });
    const days = plan.days.map(ahead).filter(({ meetings }) => meetings.length);
    show("open");
    here.replaceChildren(fill(find("plan-open").content.cloneNode(true), { ...plan, days }));
    here.querySelector("h2").focus();
    here.querySelector("[data-lock]").addEventListener("click", lock);
  };

  find("without").hidden = true;
  await lock();
  // Whoever was signed out elsewhere has no plan here, as soon as that can be known.
  const contact = refresh(true, 3000)
    .then(standing)
    .then(({ is }) => is === "locked" || show(is))
    .catch(() => {});

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.textContent = "";
    const typed = pin.value;
    pin.value = "";
    await contact;
    const { is } = await standing();
    const { plan, left } = is === "locked" ? await unlock(typed) : {};
    button.disabled = false;
    if (plan) return open(plan);
    if (is !== "locked") return show(is);
    if (!left) return show("used");
    wrong.textContent = form.querySelector(`[data-left="${left}"]`).textContent;
    pin.focus();
  });

  let hiddenAt;
  let later;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(later);
    here.hidden = document.hidden;
    if (document.hidden) {
      hiddenAt = Date.now();
      later = setTimeout(lock, OUT_OF_SIGHT);
    } else if (here.hasChildNodes() && !(Date.now() - hiddenAt < OUT_OF_SIGHT)) {
      lock();
    }
  });
  addEventListener("pagehide", () => here.replaceChildren());
};

if (place) start();
