// A field that is there to be copied: one tap instead of marking all of it. Without a way to
// the clipboard the button stays away, and the field can still be marked.
for (const row of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(row.dataset.copy);
  const done = row.querySelector("[data-copied]");
  field.addEventListener("focus", () => field.select());
  row.hidden = !navigator.clipboard;
  row.querySelector("button").addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      done.hidden = false;
    } catch {
      // Not allowed here: it is marked, and the person copies it.
    }
  });
}
