// Words of danger in a note that nobody else reads: help shows while they are written, and
// nothing leaves the phone for it.
import { mentionsDanger } from "./flow.js";

const form = document.querySelector("[data-danger]:not([data-question-set])");
const help = document.querySelector("[data-danger-help]");

// Shown once, it stays: it may be what somebody reaches for next.
if (form && help)
  form.addEventListener("input", () => {
    const { text } = Object.fromEntries(new FormData(form));
    if (help.hidden && mentionsDanger(text, form.dataset.danger)) help.hidden = false;
  });
