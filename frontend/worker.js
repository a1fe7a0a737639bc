// The service worker: bundled with what it imports and served as /sw.js.
//
// It keeps static files and the public pages of /offline/, fetched without cookies, and
// nothing else: what the server says to somebody who is signed in never comes into it.
import { send } from "./phone/outbox.js";
import { keep } from "./worker/kept_files.js";
import { showPages } from "./worker/navigation.js";

keep(self.__PRECACHE);
showPages();

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", ({ data }) => data === "use it now" && self.skipWaiting());
// Where something still waits, the browser rings again later.
const sendAll = async () => {
  if (!(await send())) throw new Error("Something waits");
};
self.addEventListener("sync", (event) => event.tag === "outbox" && event.waitUntil(sendAll()));
