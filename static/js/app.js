{
const rest = (set) => {
const boxes = [...set.querySelectorAll('input[type="checkbox"]')];
const full = boxes.filter((box) => box.checked).length >= Number(set.dataset.max);
for (const box of boxes) box.disabled = full && !box.checked;
};
const restAll = (root) => root.querySelectorAll("[data-max]").forEach(rest);
restAll(document);
document.addEventListener("change", ({ target }) => {
const set = target.closest("[data-max]");
if (set) rest(set);
});
document.addEventListener("htmx:load", ({ target }) => restAll(target));
}
{
document.addEventListener("click", (event) => {
const link = event.target.closest(".js-quick-exit");
if (!link) return;
event.preventDefault();
document.body.hidden = true;
location.replace(link.href);
});
}
{
const TYPES = "input, select, textarea, [contenteditable]";
const PRESSES = "a, button, summary";
document.addEventListener("keydown", (event) => {
const at = document.activeElement;
if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
if (!at?.closest("main") || at.matches(TYPES)) return;
const card = at.closest("[data-card]");
if (event.key === "j" || event.key === "k") {
const cards = [...document.querySelectorAll("main [data-card]")];
const step = event.key === "j" ? 1 : -1;
const next = card ? cards[cards.indexOf(card) + step] : cards[0];
next?.focus();
return;
}
if (!card || (event.key === " " && at.matches(PRESSES))) return;
const key = event.key === " " ? "space" : event.key;
const button = card.querySelector(`[data-key="${CSS.escape(key)}"]`);
if (!button) return;
event.preventDefault();
button.click();
});
document.addEventListener("htmx:load", ({ target }) => {
if (target.matches("[data-card]") && document.activeElement === document.body) target.focus();
});
}
{
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
}
{
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
}
{
const trouble = document.querySelector("[data-trouble]");
const token = document.querySelector('meta[name="csrf-token"]')?.content;
document.addEventListener("htmx:configRequest", ({ detail }) => {
if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:beforeRequest", () => {
if (trouble) trouble.hidden = true;
});
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
document.addEventListener(name, () => {
if (trouble) trouble.hidden = false;
});
}
}
