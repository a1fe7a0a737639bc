// A swap does not throw the focus away: it goes to the same place in what came, found by id,
// or to what came as a whole, which is then read out. What went wrong comes first.
let places = [];

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  places = [];
  const { activeElement: at } = document;
  if (at === target || target.contains(at))
    for (let one = at; one && one !== target.parentElement; one = one.parentElement)
      if (one.id) places.push(one.id);
});
document.addEventListener("htmx:load", ({ target }) => {
  if (!places.length || document.activeElement !== document.body) return;
  const [again] = places.map((id) => document.getElementById(id)).filter(Boolean);
  const place = target.querySelector("[autofocus]") ?? again ?? target;
  places = [];
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus({ preventScroll: true });
});
