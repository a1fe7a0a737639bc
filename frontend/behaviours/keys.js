// Keys on the desk: j and k walk the cards, a letter presses the button that bears it.
// They are heard only while focus is inside main, and never while someone types.
const TYPES = "input, select, textarea, [contenteditable]";
const PRESSES = "a, button, summary";

document.addEventListener("keydown", (event) => {
  const at = document.activeElement;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!at?.closest("main") || at.matches(TYPES)) return;

  const card = at.closest("[data-card]");
  if (event.key === "j" || event.key === "k") {
    const cards = [...document.querySelectorAll("main [data-card]")];
    const step = event.key === "j" ? 1 : -1;
    const next = card ? cards[cards.indexOf(card) + step] : cards[0];
    next?.focus();
    return;
  }
  if (!card || (event.key === " " && at.matches(PRESSES))) return;
  const key = event.key === " " ? "space" : event.key;
  const button = card.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
