"""Draw the PNG pictures of the installed app from static/icons/app-*.svg, with Chromium.

python scripts/icons.py

Phones take no SVG for their first screen. "any" keeps the round corners of the picture;
"maskable" and "touch" fill the whole square, because the phone cuts its own shape out of it.
"""

import os
import re
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ICONS = Path(__file__).resolve().parent.parent / "static" / "icons"
# Size in pixels, and how much of it the picture fills when the ground fills all.
KINDS = {"192": (192, 0), "512": (512, 0), "maskable": (512, 0.8), "touch": (180, 0.9)}
GROUND = re.compile(r'<rect width="32" height="32" rx="9" fill="(#\w+)"/>')


def drawing(svg: str, fills: float) -> str:
    if not fills:
        return svg
    edge = 32 / fills
    corner = (32 - edge) / 2
    box = f'viewBox="{corner} {corner} {edge} {edge}"'
    ground = (
        rf'<rect x="{corner}" y="{corner}" width="{edge}" height="{edge}" fill="\1"/>'
    )
    return GROUND.sub(ground, svg).replace('viewBox="0 0 32 32"', box)


def draw(page: Page, source: Path) -> None:
    svg = source.read_text("utf-8")
    for kind, (size, fills) in KINDS.items():
        page.set_viewport_size({"width": size, "height": size})
        page.set_content(
            f"<style>body{{margin:0}}svg{{display:block;width:{size}px}}</style>"
            f"{drawing(svg, fills)}"
        )
        page.screenshot(
            path=ICONS / f"{source.stem}-{kind}.png", omit_background=True, scale="css"
        )


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("COMPANION_CHROMIUM"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        for source in sorted(ICONS.glob("app-*.svg")):
            draw(page, source)
        browser.close()


if __name__ == "__main__":
    main()
