// What the worker keeps: the list in front of it, of public things with their revision.
import { PrecacheController, PrecacheRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";

// Asked for by nobody in particular; an answer that is somebody's does not get in.
const strangersOnly = {
  requestWillFetch: async ({ request }) => new Request(request, { credentials: "omit" }),
  cacheWillUpdate: async ({ response }) => {
    const rule = response.headers.get("Cache-Control") ?? "";
    return response.ok && !response.redirected && !/no-store|private/.test(rule) ? response : null;
  },
};
const controller = new PrecacheController({ plugins: [strangersOnly] });

export const keep = (files) => {
  controller.precache(files);
  const asNamed = { directoryIndex: "", cleanURLs: false, ignoreURLParametersMatching: [] };
  registerRoute(new PrecacheRoute(controller, asNamed));
};
export const kept = (url) => controller.matchPrecache(url);
// The languages that pages are kept in.
export const languages = () =>
  controller.getCachedURLs().flatMap((url) => /\/offline\/([\w-]+)\/$/.exec(url)?.[1] ?? []);
