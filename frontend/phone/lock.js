// The lock of a page, where its owner wants one. The server decides whether it is closed;
// here the page goes blank out of sight, before the phone takes its picture for the list of
// apps, and says while it can be seen that somebody is there.
const AFTER = 5 * 60 * 1000;
const EVERY = 60 * 1000;
const { body } = document;

const start = () => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const headers = { "X-CSRFToken": token, "Content-Type": "application/json" };
  let hiddenAt;
  let later;

  const empty = () => {
    body.hidden = true;
    body.replaceChildren();
  };
  // What was here is gone before the server is asked for anything.
  const show = () => {
    empty();
    location.replace(`/locked/?next=${encodeURIComponent(location.pathname + location.search)}`);
  };
  const tell = async (lock) => {
    const how = { method: "POST", keepalive: true, headers, body: JSON.stringify({ lock }) };
    const answer = await fetch("/api/v1/here/", how).catch(() => {});
    if (answer?.status === 423 && document.visibilityState === "visible") show();
  };

  document.addEventListener("visibilitychange", async () => {
    clearTimeout(later);
    if (document.visibilityState === "hidden") {
      body.hidden = true;
      hiddenAt = Date.now();
      later = setTimeout(empty, AFTER);
      return tell(false);
    }
    // A phone that slept ran no timer.
    if (Math.abs(Date.now() - hiddenAt) < AFTER) {
      body.hidden = false;
      return;
    }
    empty();
    await tell(true);
    show();
  });
  // "Leave now" leaves it closed.
  document.addEventListener("left", () => tell(true));
  setInterval(() => document.visibilityState === "visible" && tell(false), EVERY);
};

if (body.dataset.lock) start();
