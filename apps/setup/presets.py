"""Weeks as programs like ours often hold them: a beginning for the form, and only that."""

from dataclasses import dataclass
from datetime import time

from apps.sessions.models import Kind


@dataclass(frozen=True)
class Part:
    title: str
    kind: str
    minutes: int
    counts: bool = True


@dataclass(frozen=True)
class Preset:
    title: str
    level: str
    weekdays: tuple[int, ...]
    starts: time
    parts: tuple[Part, ...]

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)


PRESETS = {
    "day": Preset(
        "Day morning",
        "IOP",
        (0, 1, 2, 3, 4),
        time(9),
        (
            Part("Little Big Book Group", Kind.TWELVE_STEP, 100),
            Part("Psycho Ed Group", Kind.PSYCHOEDUCATION, 90),
            Part("Wrap-up and plan check", Kind.RELAPSE_PREVENTION, 20),
        ),
    ),
    "evening": Preset(
        "Evening",
        "IOP",
        (0, 1, 2, 3),
        time(17, 30),
        (
            Part("Skills group", Kind.LIFE_SKILLS, 90),
            Part("Break", Kind.WELLNESS, 10, counts=False),
            Part("Process group", Kind.GROUP, 90),
        ),
    ),
    "whole-day": Preset(
        "Whole day",
        "PHP",
        (0, 1, 2, 3, 4),
        time(9),
        (
            Part("Little Big Book Group", Kind.TWELVE_STEP, 100),
            Part("Psycho Ed Group", Kind.PSYCHOEDUCATION, 90),
            Part("Wrap-up and plan check", Kind.RELAPSE_PREVENTION, 20),
            Part("Lunch", Kind.WELLNESS, 45, counts=False),
            Part("Skills lab", Kind.LIFE_SKILLS, 60),
            Part("Process group", Kind.GROUP, 60),
        ),
    ),
    "weekly": Preset(
        "Continuing group",
        "OP",
        (2,),
        time(12, 30),
        (Part("Continuing group", Kind.RELAPSE_PREVENTION, 90),),
    ),
}
