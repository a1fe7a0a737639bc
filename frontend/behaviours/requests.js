// htmx requests: the CSRF token goes along; one that did not work says so.
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
