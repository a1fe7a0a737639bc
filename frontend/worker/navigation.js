// Pages come from the server. When it cannot be reached, or what stands before it says that
// it is down, the public page that fits the path takes their place. Nothing is kept here.
import { NavigationRoute, registerRoute } from "workbox-routing";
import { finishSigningOut } from "../phone/signing_out.js";
import { get } from "../phone/store.js";
import { kept, languages } from "./kept_files.js";

const HELP = /^\/help\//;
const HELP_WAITS = 3000;
// The phone's own store answers at once, or is held up by something else.
const STORE_WAITS = 1000;
const FITTING = [
  [/^\/help\/tools\//, "tools/"],
  [HELP, "help/"],
  [/^\/check-in\//, "check-in/"],
  [/^\/moment\//, "moment/"],
  [/^\/(plan|schedule)\//, "plan/"],
];
const AWAY = location.protocol === "https:" ? "__Host-away" : "away";

const after = (ms, value) => new Promise((done) => setTimeout(done, ms, value));
const soon = (promise) => Promise.race([promise, after(STORE_WAITS)]).catch(() => {});

const page = async (name) => {
  const said = (await soon(get("state", "language"))) ?? navigator.language;
  const known = languages();
  const language = known.find((code) => said.startsWith(code)) ?? known[0];
  return (await kept(`/offline/${language}/${name}`)) ?? Response.error();
};
const fitting = ({ pathname }) => page(FITTING.find(([path]) => path.test(pathname))?.[1] ?? "");

const isDown = ({ status }, url) => (HELP.test(url.pathname) ? status >= 500 : [502, 503, 504].includes(status));

const fromServer = async (request, url) => {
  // Signed out on this phone: nothing of theirs is asked for before the server knows.
  const leaving = await soon(get("state", "signing_out"));
  if (leaving && !(await finishSigningOut())) return HELP.test(url.pathname) ? fitting(url) : page("");
  try {
    const response = await fetch(request);
    return isDown(response, url) ? fitting(url) : response;
  } catch {
    return fitting(url);
  }
};

const answer = async ({ request, url }) => {
  const comesBack = url.searchParams.has("open");
  if (url.pathname === "/away/" && comesBack && self.cookieStore) {
    await cookieStore.delete(AWAY);
    return Response.redirect("/");
  }
  // "Leave now": every page is the neutral one until somebody comes back.
  if (url.pathname === "/away/" ? !comesBack : await soon(self.cookieStore?.get(AWAY))) return page("away/");
  const answered = fromServer(request, url);
  return HELP.test(url.pathname) ? Promise.race([answered, after(HELP_WAITS).then(() => fitting(url))]) : answered;
};

export const showPages = () => registerRoute(new NavigationRoute(answer));
