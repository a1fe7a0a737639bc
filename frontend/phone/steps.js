// One part of a page at a time, and the browser's own way back through them.
export const steps = (root, onShow = () => {}) => {
  const way = [];

  const show = () => {
    const name = way.at(-1);
    const part = root.querySelector(`[data-part="${name}"]`);
    for (const each of root.querySelectorAll("[data-part]")) each.hidden = each !== part;
    onShow(name, part);
    const heading = part.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus();
    scrollTo(0, 0);
  };

  addEventListener("popstate", ({ state }) => {
    const depth = Number.isInteger(state) ? state : 1;
    if (depth >= way.length || !root.isConnected) return;
    way.length = depth;
    show();
  });

  return {
    now: () => way.at(-1),
    isFirst: () => way.length < 2,
    // The first part stands where the page's own history entry is.
    to(name) {
      if (way.push(name) > 1) history.pushState(way.length, "");
      show();
    },
  };
};

// One thing at a time: a second tap waits for nothing, and what went wrong is said.
export const carefully = (root, work) => {
  const trouble = root.querySelector("[data-unkept]");
  let busy = false;
  return async (...given) => {
    if (busy) return;
    busy = true;
    trouble.hidden = true;
    try {
      await work(...given);
    } catch {
      trouble.hidden = false;
    }
    busy = false;
  };
};
