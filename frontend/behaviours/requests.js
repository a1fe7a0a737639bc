// htmx requests: the CSRF token goes along; one that did not work says so.
const trouble = (hidden) => {
  const line = document.querySelector("[data-trouble]");
  if (line) line.hidden = hidden;
};
const token = document.querySelector('meta[name="csrf-token"]')?.content;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:beforeRequest", () => trouble(true));
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => trouble(false));
}
