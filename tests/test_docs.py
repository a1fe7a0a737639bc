"""Documents that people rely on, compared with what is."""

import re
from pathlib import Path

import pytest

from apps.care.rules.triage_limits import RANGES, Limits

ROOT = Path(__file__).resolve().parent.parent
RECORDS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))


def _variables(path: str) -> set[str]:
    return set(
        re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / path).read_text(), re.MULTILINE)
    )


def _read_by_settings() -> set[str]:
    source = (ROOT / "companion/settings.py").read_text()
    return set(re.findall(r"env\.(?:required|text|flag)\(\s*\"([A-Z_]+)\"", source))


def test_every_variable_is_in_the_example_and_nothing_else():
    assert _variables(".env.example") == _read_by_settings()


def test_the_settings_read_the_environment_only_through_env():
    source = (ROOT / "companion/settings.py").read_text()

    assert not re.search(r"\benviron\b|\bgetenv\b", source)


def test_the_production_example_sets_only_variables_that_exist():
    assert _variables("deploy/companion.env.example") <= _read_by_settings()


def test_numbers_of_decisions_are_unique_and_without_gaps():
    numbers = [int(record.name[:4]) for record in RECORDS]

    assert numbers == list(range(1, len(RECORDS) + 1))


def test_the_index_lists_every_decision_with_its_title():
    titles = [
        (re.match(r"# \d+\. (.+)", record.read_text())[1], record.name)
        for record in RECORDS
    ]
    index = (ROOT / "docs/adr/index.md").read_text()

    assert re.findall(r"^\d+\. \[(.+)\]\((.+)\)$", index, re.MULTILINE) == titles


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_is_short_and_whole(record):
    text = record.read_text()

    assert len(text.split()) <= 400
    assert text.startswith(f"# {int(record.name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
        "Alternatives",
    ]


def test_links_between_documents_lead_somewhere():
    documents = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "deploy").rglob("*.md"),
    ]
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
        if not (document.parent / target).exists()
    ]

    assert broken == []


THREATS = ROOT / "docs/security/threats.md"


def _threats() -> dict[str, list[str]]:
    rows = re.findall(r"^\| (T\d+) \|.*\|(.*)\|$", THREATS.read_text(), re.MULTILINE)
    return {name: re.findall(r"`([^`]+)`", proof) for name, proof in rows}


def test_every_threat_has_a_test():
    assert list(_threats()) == [f"T{number}" for number in range(1, 31)]
    assert [name for name, tests in _threats().items() if not tests] == []


def test_every_test_of_a_threat_is_there():
    """Fault: a test was renamed or thrown away, and the table still leans on it."""
    gone = []
    for proof in (proof for tests in _threats().values() for proof in tests):
        path, _, name = proof.partition("::")
        place = ROOT / path
        if not place.is_file() or not re.search(
            rf"^def {re.escape(name)}\(", place.read_text(), re.MULTILINE
        ):
            gone.append(proof)

    assert gone == []


def test_what_scanners_found_is_told_and_is_nothing():
    """Fault: a scan with findings is committed as if it were none."""
    text = (ROOT / "docs/security/scan.md").read_text()

    assert "- Findings above informational: 0\n" in text
    for tool in (
        "Observatory",
        "schemathesis",
        "wapiti",
        "sqlmap",
        "bandit",
        "semgrep",
    ):
        assert tool in text


def _rules() -> dict[str, str]:
    text = (ROOT / "docs/rules.md").read_text()
    return dict(re.findall(r"^\| (R\d\d) (.*)\|$", text, re.MULTILINE))


def test_every_rule_of_the_table_has_its_tests_and_they_are_there():
    """Fault: a rule without a test, or a test that was renamed or thrown away."""
    wanted = [*(f"R{number:02}" for number in range(1, 12)), "R18", "R21", "R22"]
    assert [rule for rule in wanted if "`test_" not in _rules().get(rule, "")] == []
    written = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", (ROOT / "docs/rules.md").read_text())

    assert [name for name in named if f"\ndef {name}(" not in written] == []


def test_the_table_of_rules_says_the_numbers_that_hold():
    """Fault: a range is changed in the code, and people read the old one."""
    said = {
        rule: re.findall(r"\*\*(\d+)\*\* \((\d+)–(\d+)\)", words)
        for rule, words in _rules().items()
    }
    for name, allowed in RANGES.items():
        number = (getattr(Limits(), name), allowed.least, allowed.most)
        assert tuple(map(str, number)) in said[allowed.rule], name
