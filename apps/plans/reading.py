"""The whole plan laid out for a reader: sections, sentences, and what was said about them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.care.rules.plan_rules import SECTION, SECTIONS, Gap, Section, changed_sections
from apps.plans.changes import ChangedLine, Line, changed_lines
from apps.plans.models import Comment, PlanVersion
from apps.plans.selectors import LiveParts
from apps.plans.sentences import in_order, lines_of, own_labels

# Where the key of a section would tell a stranger too much, its address says less.
SLUGS = {
    key: {"triggers": "sets-me-off", "slip": "first-hour"}.get(
        key, key.replace("_", "-")
    )
    for key in SECTION
}
STAY_OPEN = ("kit", "people", "medicine", "emergency")
KEYS = {slug: key for key, slug in SLUGS.items()}


@dataclass(frozen=True)
class ReadLine:
    text: str
    step: str
    comments: Sequence[Comment]


@dataclass(frozen=True)
class ReadSection:
    section: Section
    number: int
    lines: list[ReadLine]
    # About the section as a whole, or about a step that is gone.
    comments: list[Comment]
    gaps: list[Gap] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.section.key

    @property
    def slug(self) -> str:
        return SLUGS[self.section.key]

    @property
    def has_steps(self) -> bool:
        return any(line.step for line in self.lines)

    @property
    def stays_open(self) -> bool:
        """Something of it changes at once, whatever the state of the version."""
        return self.section.key in STAY_OPEN


@dataclass(frozen=True)
class ChangedSection:
    section: Section
    lines: list[ChangedLine]


@dataclass(frozen=True)
class Comparison:
    """What changed since a version that was agreed, or since the last reading."""

    # The agreed version; None for "since it was last read".
    agreed: PlanVersion | None
    changes: list[ChangedSection]


def read_plan(
    content: Mapping[str, Any],
    language: str,
    *,
    live: LiveParts,
    comments: Iterable[Comment] = (),
    gaps: Iterable[Gap] = (),
) -> list[ReadSection]:
    """Every section in its order, also those that say nothing yet."""
    content = arranged(content, live)
    own = own_labels(content)
    said = defaultdict(list)
    for comment in comments:
        said[comment.section].append(comment)
    missing = defaultdict(list)
    for gap in gaps:
        missing[gap.section].append(gap)
    sections = []
    for number, section in enumerate(SECTIONS, start=1):
        lines = lines_of(section.key, content, language, own)
        if section.for_medication and live.refill_on:
            lines.append(_refill(live.refill_on))
        sections.append(
            _section(section, number, lines, said[section.key], missing[section.key])
        )
    return sections


def _refill(on: date) -> Line:
    return Line(_("Next refill: %(day)s") % {"day": date_format(on, _("D M j"))})


def _section(section, number, lines: list[Line], comments, gaps) -> ReadSection:
    steps = {line.step for line in lines if line.step}
    return ReadSection(
        section=section,
        number=number,
        lines=[
            ReadLine(
                text=line.text,
                step=line.step,
                comments=[c for c in comments if line.step and c.step == line.step],
            )
            for line in lines
        ],
        comments=[c for c in comments if c.step not in steps],
        gaps=gaps,
    )


def arranged(content: Mapping[str, Any], live: LiveParts) -> Mapping[str, Any]:
    """The kit in the order the client reaches for it."""
    items = content.get("kit", {}).get("items")
    if not items:
        return content
    ordered = in_order(items, live.kit_order)
    return {**content, "kit": {**content["kit"], "items": ordered}}


def what_changed(
    old: Mapping[str, Any], new: Mapping[str, Any], language: str
) -> list[ChangedSection]:
    """The sections that read differently, with the words that did."""
    own = {**own_labels(old), **own_labels(new)}
    found = []
    for key in changed_sections(old, new):
        lines = changed_lines(
            lines_of(key, old, language, own), lines_of(key, new, language, own)
        )
        if lines:
            found.append(ChangedSection(SECTION[key], lines))
    return found


def comparisons(
    version: PlanVersion, before: PlanVersion | None, language: str
) -> list[Comparison]:
    """The latest first. ``before`` is the version agreed before this one."""
    found = []
    if version.answered_content is not None:
        changes = what_changed(version.answered_content, version.content, language)
        found.append(Comparison(None, changes))
    if before is not None:
        changes = what_changed(before.content, version.content, language)
        found.append(Comparison(before, changes))
    return found
