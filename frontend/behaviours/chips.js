// At most data-max chips: when that many are chosen, the others rest.
const rest = (set) => {
  const boxes = [...set.querySelectorAll('input[type="checkbox"]')];
  const full = boxes.filter((box) => box.checked).length >= Number(set.dataset.max);
  for (const box of boxes) box.disabled = full && !box.checked;
};

const restAll = (root) => root.querySelectorAll("[data-max]").forEach(rest);

restAll(document);
document.addEventListener("change", ({ target }) => {
  const set = target.closest("[data-max]");
  if (set) rest(set);
});
document.addEventListener("htmx:load", ({ target }) => restAll(target));
