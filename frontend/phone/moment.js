// A hard moment without a network: three taps, stored here, then the wave. Later on, one
// quiet question.
import { hold } from "./outbox.js";
import { carefully, steps } from "./steps.js";
import { refresh } from "./strip.js";

const LATER = 15 * 60 * 1000;

// `begun` is empty, or a moment that a page could not send; without it there is the wave
// alone, where nothing may be kept.
export const moment = (root, begun) => {
  const { uuid = crypto.randomUUID(), ...answers } = begun ?? { tool: "" };
  const occurred_at = new Date().toISOString();
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
  const again = (hidden) => (find("[data-after]").hidden = hidden);

  const taken = {
    async tool(button) {
      await keep();
      find("[data-tool]").textContent = button.textContent.trim();
      setTimeout(again, LATER, false);
    },
    async craving_after() {
      await keep();
      again(true);
      const words = find("[data-passed]");
      words.textContent = words.dataset.passed.replace("{before}", answers.craving).replace("{now}", answers.craving_after);
    },
  };
  const chosen = carefully(root, async (name, button) => {
    answers[name] = name.startsWith("craving") ? Number(button.value) : button.value;
    await taken[name]?.(button);
    if (name !== "craving_after") onward();
  });
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    chosen(event.target.dataset.name, event.submitter);
  });

  if (begun?.tool || begun?.own_tool) keep().then(onward);
  else onward();
};
