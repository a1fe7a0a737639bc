"""A house loads the official words of the weekly measure over ours."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Organization, Program
from apps.care.rules.weekly_questions import ITEMS, MOST, VERSION, Answer
from apps.checkins.models import WeeklyWording


class BadWording(Exception):
    """The file cannot be taken as it is; the words say what is wrong in it."""


def check_wording(data: Any) -> dict:
    """Name, version and the text of every question in each of its languages.

    :raises BadWording: with the first thing that is not as it should be.
    """
    if not isinstance(data, dict):
        raise BadWording("The file holds no object.")
    for key, most in (("name", 60), ("version", 40)):
        said = data.get(key)
        if not isinstance(said, str) or not 0 < len(said) <= most:
            raise BadWording(f'"{key}" must be 1 to {most} letters long.')
    languages = data.get("languages")
    if not isinstance(languages, dict) or not languages:
        raise BadWording('"languages" must hold at least one language.')
    return {
        language: _check_language(language, texts)
        for language, texts in languages.items()
    }


def _check_language(language: str, texts: Any) -> dict:
    if language not in dict(settings.LANGUAGES):
        raise BadWording(f'"{language}" is no language of this installation.')
    numbers = {item.number: item for item in ITEMS.values()}
    if not isinstance(texts, dict) or texts.keys() != numbers.keys():
        raise BadWording(
            f"{language}: every question from 1 to 17 with 7A to 7G, once."
        )
    return {
        number: _check_item(f"{language} {number}", texts[number], item.answer)
        for number, item in numbers.items()
    }


def _check_item(place: str, given: Any, answer: Answer) -> dict:
    if not isinstance(given, dict) or not given.keys() <= {"text", "hint", "options"}:
        raise BadWording(f'{place}: "text", and where needed "hint" and "options".')
    for key in ("text", "hint"):
        said = given.get(key, "")
        if not isinstance(said, str) or len(said) > 600 or (key == "text" and not said):
            raise BadWording(f'{place}: "{key}" must be a text of up to 600 letters.')
    wanted = {Answer.DAYS: 0, Answer.YES_NO: 2, Answer.STEPS: MOST + 1}[answer]
    options = given.get("options", [])
    are_texts = isinstance(options, list) and all(
        isinstance(each, str) and 0 < len(each) <= 80 for each in options
    )
    if not are_texts or len(options) != wanted:
        raise BadWording(f"{place}: {wanted} options, from the least to the most.")
    return given


@transaction.atomic
def load_wording(
    *,
    organization: Organization,
    program: Program | None,
    data: dict,
    at: datetime,
    by: Actor,
) -> tuple[WeeklyWording, bool]:
    """Ask in these words from now on. The ones before stay, for what was asked in them.

    The words in force, loaded again, are left alone.

    :raises BadWording: for a file that is not whole.
    """
    texts = check_wording(data)
    Organization.objects.select_for_update().get(pk=organization.pk)
    standing = WeeklyWording.objects.in_force().filter(
        organization=organization, program=program
    )
    now = standing.first()
    if now and (now.name, now.version) == (data["name"], data["version"]):
        if now.texts != texts:
            raise BadWording("This version is loaded with other words. Name a new one.")
        return now, False
    standing.update(ended_at=at)
    wording = WeeklyWording.objects.create(
        organization=organization,
        program=program,
        name=data["name"],
        version=data["version"],
        question_set=VERSION,
        texts=texts,
        loaded_at=at,
    )
    record(action="checkins.wording_loaded", at=at, by=by, subject=wording)
    return wording, True


@transaction.atomic
def end_wording(
    *,
    organization: Organization,
    program: Program | None,
    at: datetime,
    by: Actor,
) -> bool:
    """Ask in our own words again; False when none were loaded here."""
    standing = WeeklyWording.objects.in_force().filter(
        organization=organization, program=program
    )
    wording = standing.select_for_update().first()
    if wording is None:
        return False
    wording.ended_at = at
    wording.save()
    record(action="checkins.wording_ended", at=at, by=by, subject=wording)
    return True
