"""The words of 42 CFR 2.32 go with everything that leaves, as they read since 2024."""

import re
from pathlib import Path

import pytest

from apps.disclosures.notice import NOTICE, VERSION

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path
    for folder in ("apps", "templates", "frontend")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".html", ".txt", ".js", ".json")
]
# What is made to go outside: each says the notice where it is made.
WAYS_OUT = ("records/data_page.html", "records/_letter.html", "records/my_data.html")
# From the wordings of 1987, 2018 and 2020.
OLD = (
    "42 CFR part 2 prohibits unauthorized disclosure of these records",
    "This information has been disclosed to you from records protected by federal",
    "federal rules prohibit you from making any further disclosure",
    "This record which has been disclosed to you is protected by federal",
    "general authorization for the release of medical or other information is NOT",
)


def test_the_words_are_those_of_the_rule():
    assert NOTICE == (
        "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    )
    assert VERSION == "2024"


@pytest.mark.parametrize("template", WAYS_OUT)
def test_each_way_out_takes_them_from_one_place(template):
    text = (ROOT / "templates" / template).read_text()

    assert "{{ notice }}" in text


def test_the_old_wordings_stand_nowhere():
    found = {
        str(path.relative_to(ROOT)): old
        for path in SOURCES
        for old in OLD
        if old.casefold() in re.sub(r"\s+", " ", path.read_text("utf-8")).casefold()
    }

    assert found == {}
