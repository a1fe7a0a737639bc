// A row held down opens what else there is to say about it, as its "More" does. The tap that
// ends the holding says nothing.
const LONG = 500;
let waiting;
let held = false;

document.addEventListener("pointerdown", ({ target }) => {
  held = false;
  const more = target.closest("[data-card]")?.querySelector("details[data-hold]");
  if (!more || !target.closest(".roster__who")) return;
  waiting = setTimeout(() => {
    held = more.open = true;
    more.querySelector("summary").focus();
  }, LONG);
});
for (const name of ["pointerup", "pointercancel"])
  document.addEventListener(name, () => clearTimeout(waiting));
for (const name of ["click", "contextmenu"])
  document.addEventListener(
    name,
    (event) => {
      if (!held) return;
      held = name === "contextmenu";
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
