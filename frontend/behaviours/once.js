// A form is sent once, however often the button is tapped. It opens again when the answer
// does not come, or when the browser shows the page from its memory.
const WAIT = 8000;
const reopen = (form) => delete form.dataset.sent;

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(reopen, WAIT, form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(reopen));
// What a refused form held stays on its page, and not in what the browser remembers of the
// tab: nothing of it is kept on the disk, or sent again by a reload.
history.replaceState(history.state, "");
