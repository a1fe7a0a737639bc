// The service worker: bundled with what it imports and served as /sw.js.
