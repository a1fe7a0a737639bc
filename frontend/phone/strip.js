// The line that says what waits on this phone. Its words come with the page.
import { send, waiting } from "./outbox.js";

const SOON = 30000;
const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
// In a tab Safari deletes what scripts stored after seven days without a visit.
const forgets = () =>
  /^Apple/.test(navigator.vendor) && !navigator.standalone && !matchMedia("(display-mode: standalone)").matches;

// "2 hours ago", as the language of the page says it.
export const age = (since, words) => {
  const seconds = (Date.now() - since) / 1000;
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? [];
  if (!unit) return words.now;
  const said = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  return said.format(-Math.floor(seconds / length), unit);
};

let before = 0;
let later;

export const refresh = async () => {
  const strip = document.querySelector("[data-waiting]");
  if (!strip || document.body.dataset.offline === "no") return;
  const { count, oldest, total } = await waiting();
  const words = strip.dataset;
  const [line, more, safari] = strip.children;
  // Said again only when it changed: it is read aloud.
  const say = (part, text) => part.textContent !== text && (part.textContent = text);
  if (count) {
    say(line, (count === 1 ? words.one : words.many).replace("%", count));
    say(more, words.age.replace("%", age(oldest, words)));
  } else if (before) {
    say(line, words.sent);
    say(more, "");
  }
  strip.hidden = !count && !before;
  safari.hidden = !(count && forgets());
  before ||= count;
  clearTimeout(later);
  if (total) later = setTimeout(sendAndSay, SOON);
};

export const sendAndSay = async () => {
  await refresh();
  if (document.visibilityState === "visible") await send();
  await refresh();
};
