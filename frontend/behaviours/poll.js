// What polls itself stays as it is while somebody writes in it, and keeps open what is open.
const opened = new Set();

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt.matches("[data-poll]") && elt.querySelector(".menu[open]")) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  for (const part of target.querySelectorAll("details[id]")) opened[part.open ? "add" : "delete"](part.id);
});
document.addEventListener("htmx:load", ({ target }) => {
  for (const part of target.querySelectorAll("details[id]")) part.open ||= opened.has(part.id);
});
