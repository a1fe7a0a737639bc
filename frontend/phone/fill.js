// Put words into a page: never as markup. A path such as "early.signs" leads into the value;
// an empty one is the value itself.
const at = (value, path) => (path ? path.split(".").reduce((inner, key) => inner?.[key], value) : value);
const says = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value));

export const fill = (root, value) => {
  const each = (name, act) => root.querySelectorAll(`[data-${name}]`).forEach((one) => act(one, at(value, one.dataset[name])));
  each("fill", (one, words) => (one.textContent = words ?? ""));
  each("call", (one, number) => (one.href = `tel:${number}`));
  each("write", (one, number) => (one.href = `sms:${number}`));
  each("if", (one, some) => (one.hidden = !says(some)));
  each("unless", (one, some) => (one.hidden = says(some)));
  each("each", (template, items) => {
    const pieces = (items ?? []).map((item) => fill(template.content.cloneNode(true), item));
    template.after(...pieces);
  });
  return root;
};
