// A hard moment without a network: three taps, stored here, then the wave. Later on, one
// quiet question: how strong it is now, and what helped.
import { mentionsDanger } from "./flow.js";
import { hold } from "./outbox.js";
import { carefully, steps } from "./steps.js";
import { change } from "./store.js";
import { refresh } from "./strip.js";

const LATER = 15 * 60 * 1000;
const DAY = 24 * 60 * 60 * 1000;
// As on the server: very strong, or the third within a day.
const VERY_STRONG = 9;
const OFTEN = 3;
// Words of their own beside a choice; the server gives them a code.
const OWN = { what: "own_trigger", tool: "own_tool", helped: "own_helped" };

// When the last ones were, and nothing more about them; a day later that is gone too.
const countLately = async () => {
  const now = Date.now();
  const lately = await change("state", "lately", (before) => [...(before ?? []), now].filter((at) => now - at < DAY).slice(-OFTEN));
  return lately.length;
};

// `begun` is empty, or a moment that a page could not send; without it there is the wave
// alone, where nothing may be kept.
export const moment = (root, begun) => {
  const { uuid = crypto.randomUUID(), ...answers } = begun ?? { tool: "" };
  const began = Date.now();
  const occurred_at = new Date(began).toISOString();
  const find = (selector) => root.querySelector(selector);
  const way = steps(root);

  const onward = () => {
    if ("tool" in answers) way.to("wave");
    else if (!("craving" in answers)) way.to("strength");
    else way.to("what" in answers ? "try" : "what");
  };
  const keep = async () => {
    const { what, ...known } = answers;
    if (what) known[what.startsWith("wrn.") ? "sign" : "trigger"] = what;
    if (!(await hold("MOMENT", uuid, known, { occurred_at }))) throw new Error("nobody is signed in");
    await refresh();
  };
  const show = (name, is) => (find(`[data-${name}]`).hidden = !is);

  // Asked once. A page that slept meanwhile asks when it wakes.
  const askLater = () => {
    const ask = () => {
      if (Date.now() - began < LATER || "craving_after" in answers) return;
      document.removeEventListener("visibilitychange", ask);
      show("after", true);
    };
    setTimeout(ask, LATER);
    document.addEventListener("visibilitychange", ask);
  };

  // What was chosen, how it is done, and whether somebody should call.
  const open = async (label) => {
    const how = [...root.querySelectorAll("[data-how]")].find((each) => each.dataset.how === answers.tool);
    const words = label || how?.dataset.label;
    if (how) how.hidden = false;
    if (words) {
      find("[data-tool]").textContent = words;
      const tried = find("[data-tried]");
      const isThere = root.querySelector(`[data-name="helped"] [value="${answers.tool}"]`);
      tried.value = answers.tool;
      tried.textContent = words;
      tried.toggleAttribute("data-own", Boolean(answers.own_tool));
      tried.hidden = Boolean(isThere) && !answers.own_tool;
    }
    askLater();
    const often = (await countLately().catch(() => 0)) >= OFTEN;
    show("offer", answers.craving >= VERY_STRONG || often);
  };

  const taken = {
    async tool(button) {
      await keep();
      await open(answers.own_tool ?? button.textContent.trim());
    },
    async call() {
      answers.call = true;
      await keep();
      show("offer", false);
      show("called", true);
    },
    async craving_after() {
      await keep();
      show("after", false);
      const words = find("[data-passed]");
      words.textContent = words.dataset.passed.replace("{before}", answers.craving).replace("{now}", answers.craving_after);
      show("helped", true);
    },
    async helped() {
      await keep();
      show("helped", false);
    },
  };
  const chosen = carefully(root, async (name, button) => {
    const field = button.form.elements.own;
    const own = "own" in button.dataset && (field ? field.value.trim() : answers.own_tool);
    if (own === "") return field.focus();
    answers[name] = name.startsWith("craving") ? Number(button.value) : button.value;
    delete answers[OWN[name]];
    if (own) answers[OWN[name]] = own;
    if (own && mentionsDanger(own, root.dataset.danger)) show("heard", true);
    await taken[name]?.(button);
    if (!["craving_after", "helped", "call"].includes(name)) onward();
  });
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    chosen(event.target.dataset.name, event.submitter);
  });

  if (begun?.tool || begun?.own_tool) keep().then(() => open(begun.own_tool ?? "")).then(onward);
  else onward();
};
