"""A person with a keyboard and nothing else."""

from playwright.sync_api import Error, Page, expect

FOCUSED = """() => {
  const one = document.activeElement;
  const label = one.labels?.[0]?.innerText ?? one.getAttribute("aria-label") ?? "";
  return `${label} ${one.innerText ?? ""}`.replace(/\\s+/g, " ").replaceAll(" :", ":").trim();
}"""
IN_MAIN = "() => Boolean(document.activeElement.closest('main'))"
# What has the focus shows it: a ring on itself or on its label.
IS_SHOWN = """() => {
  const one = document.activeElement;
  return [one, one.closest("label")].some((at) => {
    if (!at) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
}"""
MOST_STEPS = 120


class Keys:
    def __init__(self, page: Page):
        self.page = page

    def to(self, name: str, *, main: bool = True, key: str = "Tab") -> None:
        """Press Tab until what is called ``name`` has the focus, and shows it."""
        passed = []
        for _ in range(MOST_STEPS):
            self.page.keyboard.press(key)
            try:
                at = self.page.evaluate(FOCUSED)
                is_there = at.startswith(name) and (
                    not main or self.page.evaluate(IN_MAIN)
                )
            except Error:
                # The page before went away under the key.
                self.page.wait_for_load_state()
                continue
            passed.append(at[:30])
            if is_there:
                self._shows(name)
                return
        raise AssertionError(f"Tab never reached {name}: {passed}")

    def _shows(self, name: str) -> None:
        # A page that just came may not have its style yet.
        for _ in range(20):
            if self.page.evaluate(IS_SHOWN):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no focus to be seen on {name}")

    def press(self, name: str, *, main: bool = True, key: str = "Enter") -> None:
        self.to(name, main=main)
        self.page.keyboard.press(key)

    def write(self, name: str, words: str) -> None:
        self.to(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, name: str) -> None:
        self.press(name, key="Space")

    def hears(self, question: str) -> None:
        """The new question has the focus, so that it is read out."""
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_contain_text(question)
        expect(heading).to_be_focused()
