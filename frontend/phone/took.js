// How long a check-in takes, from the first question shown to the last answer sent: one
// number of seconds that goes along with it, and nothing about what was answered. It is
// kept in this page alone: who leaves and comes back is not measured.
const MOST = 10 * 60 * 1000;

export const watch = () => {
  const began = Date.now();
  let last = began;
  return {
    // The seconds so far; nothing once it lay aside for ten minutes.
    seconds() {
      const now = Date.now();
      if (now - last > MOST) last = -Infinity;
      else last = now;
      return last === now ? Math.max(1, Math.round((now - began) / 1000)) : undefined;
    },
  };
};

let sitting;
const isEmpty = (answers) => !Object.keys(answers).length;

const look = () => {
  const form = document.querySelector('[data-hold="question"]');
  if (!form) return;
  const uuid = form.elements.uuid.value;
  const { said, given } = JSON.parse(form.dataset.soFar);
  // What cannot wait is sent on the way, and the rest goes on under another name.
  if (isEmpty(said) && isEmpty(given) && sitting?.uuid !== uuid) sitting = { uuid, ...watch() };
};

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!sitting || !detail.elt.matches('[data-hold="question"]')) return;
  const seconds = sitting.seconds();
  if (seconds) detail.parameters.took = seconds;
});
document.addEventListener("htmx:afterSettle", look);
look();
