// "Leave now": this page's place in the history is taken by the neutral page, and every
// other page of the app is the neutral one too, until somebody comes back from it. A plain
// link without this.
const NEUTRAL = "/away/";
const PRESSES = 3;
const WITHIN = 1500;
const { documentElement: page } = document;

const isAway = () => /(^|; )(__Host-)?away=/.test(document.cookie);
const showNeutral = () => {
  page.hidden = true;
  location.replace(NEUTRAL);
};
const leave = () => {
  document.dispatchEvent(new Event("left"));
  const secure = location.protocol === "https:";
  document.cookie = `${secure ? "__Host-" : ""}away=1; path=/; samesite=lax${secure ? "; secure" : ""}`;
  showNeutral();
};

document.addEventListener("click", (event) => {
  if (!event.target.closest(".js-quick-exit")) return;
  event.preventDefault();
  leave();
});

// Escape three times, where the page has the button.
let pressed = [];
document.addEventListener("keydown", ({ key, repeat, timeStamp }) => {
  if (repeat) return;
  pressed = key === "Escape" ? [...pressed, timeStamp].slice(-PRESSES) : [];
  const quickly = pressed.length === PRESSES && timeStamp - pressed[0] < WITHIN;
  if (quickly && document.querySelector(".js-quick-exit")) leave();
});

// A page that the browser keeps for "back" is put away blank, so that nothing flashes up.
addEventListener("pagehide", ({ persisted }) => {
  if (persisted) page.hidden = true;
});
const look = () => {
  if (isAway()) showNeutral();
  else page.hidden = false;
};
addEventListener("pageshow", look);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") look();
});
