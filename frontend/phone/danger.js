// Words of danger in a note that nobody else reads: help shows while they are written, and
// nothing leaves the phone for it.
import { mentionsDanger } from "./flow.js";

document.addEventListener("input", ({ target }) => {
  const { danger } = target.form?.dataset ?? {};
  const help = document.querySelector("[data-danger-help]");
  // Shown once, it stays: it may be what somebody reaches for next.
  if (danger && help?.hidden && mentionsDanger(target.value, danger)) help.hidden = false;
});
