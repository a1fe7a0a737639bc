import re
import subprocess
import sys

import brotli
import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


def size_on_the_wire(path):
    return len(brotli.compress(path.read_bytes(), quality=11))


@pytest.mark.parametrize("script", ["build_css.py", "build_js.py"])
def test_built_file_matches_its_sources(script):
    script = settings.BASE_DIR / "scripts" / script
    command = [sys.executable, script, "--check", "--quick"]

    built = subprocess.run(command, capture_output=True, text=True)

    assert (built.returncode, built.stderr) == (0, "")


def test_stylesheet_stays_within_its_budget():
    assert size_on_the_wire(STATIC / "css/app.css") <= 6 * 1024


def test_script_stays_within_its_budget():
    assert size_on_the_wire(STATIC / "js/app.js") <= 2.5 * 1024


def test_script_of_a_phone_holds_the_one_of_every_page_and_its_own_eight_kilobytes():
    assert size_on_the_wire(STATIC / "js/phone.js") <= (2.5 + 8) * 1024


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_holds_nothing_the_content_policy_would_refuse(path):
    refused = r"<style|\sstyle=|\son[a-z]+=|\shx-on|javascript:|<script(?![^>]*\ssrc=)"

    assert re.findall(refused, path.read_text("utf-8")) == []


def test_every_icon_a_template_names_is_in_the_sprite():
    sprite = (STATIC / "icons/sprite.svg").read_text("utf-8")
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = {
        name
        for path in TEMPLATES
        for tag in re.findall(r"{% i[^%]*%}", path.read_text("utf-8"))
        for name in re.findall(r'^{% icon "([\w-]+)"|\bicon="([\w-]+)"', tag)
    }

    assert {one or other for one, other in named} - drawn == set()


def luminance(colour):
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def palette(scheme):
    tokens = (STATIC / "css/tokens.css").read_text("utf-8")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", tokens)
    return {name: (light, dark)[scheme == "dark"] for name, light, dark in pairs}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "sand", 7),
        ("muted", "paper", 4.5),
        ("muted", "sand", 4.5),
        ("accent", "sand", 4.5),
        ("on-accent", "accent", 4.5),
        ("amber", "amber-wash", 4.5),
        ("clay", "clay-wash", 4.5),
        # Borders of inputs and buttons, which axe does not look at.
        ("line", "paper", 3),
        ("line", "sand", 3),
        ("line", "amber-wash", 3),
        ("line", "clay-wash", 3),
    ],
)
def test_palette_can_be_read(scheme, front, back, least):
    colours = palette(scheme)

    assert contrast(colours[front], colours[back]) >= least
