"""What a hand, a keyboard and tired eyes meet on a page, measured in the browser.

axe does not measure how high a button is, how far a border stands out from what is around
it, or where the focus goes. Each measure returns sentences about what is wrong.
"""

from playwright.sync_api import Page

# The text of a phone that somebody set to twice the size, and the narrowest phone.
TWICE = {"standard": 32, "fixed": 26}
USUAL = {"standard": 16, "fixed": 13}
NARROW = {"width": 320, "height": 640}

TOOLS = """
  const name = (one) => (one.innerText || one.name || one.outerHTML).trim().slice(0, 40);
  const what = (one) => `${one.tagName.toLowerCase()} "${name(one)}"`;
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) &&
    !one.closest(".hidden-words") && !one.matches(".skip:not(:focus)");
  const controls = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary"
  )].filter(seen);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgba(colour).slice(0, 3).map((part) => part / 255).map(
      (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [light(one), light(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgba(colour)[3] === 255) return colour;
    }
    return "white";
  };
"""

# 48 high, and as wide as a thumb. Words in a text may be 24; alone, they keep their distance.
REACH = (
    "() => {"
    + TOOLS
    + """
  const box = (one) => (one.closest("label") ?? one).getBoundingClientRect();
  const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
  const apart = (one) => controls.every((other) => {
    const [[x, y], [u, v]] = [middle(box(one)), middle(box(other))];
    return other === one || Math.hypot(x - u, y - v) >= 24;
  });
  const found = [];
  for (const one of controls) {
    const { width, height } = box(one);
    const isText = getComputedStyle(one).display === "inline" && !one.closest("label");
    const isBanner = one.closest(".banner");
    if (isText ? height < 24 && !apart(one) : height < (isBanner ? 24 : 47.5) || width < 24)
      found.push(`too small: ${what(one)} ${Math.round(width)}x${Math.round(height)}`);
  }
  return found;
}"""
)

EDGES = (
    "() => {"
    + TOOLS
    + """
  const found = [];
  for (const one of controls) {
    const box = one.matches("[type=checkbox], [type=radio]") ? one.closest("label") : one;
    if (!box || getComputedStyle(box).display === "inline") continue;
    const { borderTopColor, borderTopStyle, borderTopWidth } = getComputedStyle(box);
    const around = behind(box.parentElement);
    if (borderTopStyle === "none" || borderTopWidth === "0px") continue;
    if (rgba(borderTopColor)[3] === 0) continue;
    const stands = contrast(borderTopColor, around);
    if (stands < 3) found.push(`edge of ${what(one)} ${stands.toFixed(2)}:1`);
  }
  return found;
}"""
)

# Focus set by script looks as focus set by keys does, once a key was pressed.
RING = (
    "() => {"
    + TOOLS
    + """
  const found = [];
  const before = document.activeElement;
  for (const one of controls.filter((one) => !one.disabled)) {
    one.focus({ preventScroll: true, focusVisible: true });
    if (document.activeElement !== one) continue;
    const bearer = [one, one.closest("label")].find((at) => {
      if (!at) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
    if (!bearer) { found.push(`no focus to be seen on ${what(one)}`); continue; }
    const { outlineColor } = getComputedStyle(bearer);
    const stands = contrast(outlineColor, behind(bearer.parentElement));
    if (stands < 3) found.push(`focus of ${what(one)} ${stands.toFixed(2)}:1`);
  }
  before?.focus?.({ preventScroll: true });
  return found;
}"""
)

FROM_THE_TOP = """() => {
  const top = document.createElement("i");
  top.tabIndex = -1;
  document.body.prepend(top);
  top.focus();
  top.remove();
  scrollTo(0, 0);
}"""

WHERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const { left, right, top, bottom } = (one.closest("label") ?? one).getBoundingClientRect();
  const bar = document.querySelector(".dock");
  const isOver = bar && !bar.contains(one) && getComputedStyle(bar).position === "sticky";
  const dock = isOver ? bar.getBoundingClientRect() : null;
  const name = (one.innerText || one.name || one.outerHTML).trim().slice(0, 40);
  return {
    id: [...document.querySelectorAll("*")].indexOf(one),
    name, left, right,
    top: top + scrollY, bottom: bottom + scrollY,
    // A long text field may reach below the bar; its words stand above.
    hidden: Boolean(dock && (one.matches("textarea") ? top : bottom) > dock.top + 2),
    isElsewhere: Boolean(one.closest(".dock, .menu__sheet")),
  };
}"""

CUT_OFF = (
    "() => {"
    + TOOLS
    + """
  const found = [];
  const wide = document.documentElement;
  if (wide.scrollWidth > wide.clientWidth) {
    const sticksOut = (one) => one.getBoundingClientRect().right > wide.clientWidth + 1;
    const over = [...document.querySelectorAll("body *")].filter((one) =>
      seen(one) && !one.closest(".table") && sticksOut(one) && !sticksOut(one.parentElement));
    found.push(`scrolls sideways: ${over.map((one) => `.${one.className} ${what(one)}`)}`);
  }
  for (const one of document.querySelectorAll(".button, h1, h2, h3, p, label, summary, .tabs a")) {
    if (!seen(one)) continue;
    const { overflowX } = getComputedStyle(one);
    if (one.scrollWidth > one.clientWidth + 1 && overflowX !== "visible")
      found.push(`cut off: ${what(one)}`);
  }
  const stuck = [...document.querySelectorAll(".dock, .question .actions")].filter(
    (one) => getComputedStyle(one).position === "sticky");
  const taken = stuck.reduce((sum, one) => sum + one.getBoundingClientRect().height, 0);
  if (taken > innerHeight / 2) found.push(`bars take ${taken} of ${innerHeight}`);
  return found;
}"""
)


def reach(page: Page) -> list[str]:
    return page.evaluate(REACH)


def edges(page: Page) -> list[str]:
    return page.evaluate(EDGES)


def rings(page: Page) -> list[str]:
    page.keyboard.press("Tab")
    return page.evaluate(RING)


def way_of_tab(page: Page, most: int = 150) -> list[str]:
    """Tab from the top: down the page and to the right, never back up, never hidden."""
    page.evaluate(FROM_THE_TOP)
    found, before, known = [], None, set()
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(WHERE)
        if at is None or at["id"] in known:
            break
        known.add(at["id"])
        if at["hidden"]:
            found.append(f"focus under the bar: {at['name']}")
        if before and _goes_back(before, at):
            found.append(f"focus goes back up: {before['name']} → {at['name']}")
        before = at
    if not known:
        found.append("Tab leads nowhere")
    return found


def _goes_back(before, at) -> bool:
    # A bar that sticks to the end, and a sheet that hangs over the page, are elsewhere.
    if before["isElsewhere"] or at["isElsewhere"]:
        return False
    return at["bottom"] <= before["top"] + 1 and at["left"] < before["right"]


def at_twice_the_text(page: Page) -> list[str]:
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": TWICE})
    found = [f"at 200 %: {one}" for one in page.evaluate(CUT_OFF)]
    session.send("Page.setFontSizes", {"fontSizes": USUAL})
    session.detach()
    return found


def on_the_narrowest_phone(page: Page) -> list[str]:
    usual = page.viewport_size
    page.set_viewport_size(NARROW)
    found = [f"at 320 px: {one}" for one in page.evaluate(CUT_OFF)]
    page.set_viewport_size(usual)
    return found
