"""The words and questions of a program: what its people are offered and asked."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care import vocabulary
from apps.care.models import Organization, Program, ProgramItem
from apps.care.rules.checkin_questions import ONE_STAYS, OPTIONAL


class OneStays(Exception):
    """Without the mood and the confidence nobody would be asked about safety."""


class WordsTaken(Exception):
    """The list has something that is called so."""


@transaction.atomic
def offer(
    *, program: Program, which: str, codes: Collection[str], at: datetime, by: Actor
) -> Program:
    """Offer these of one of the common lists, and hide its others.

    What was answered with a code that is hidden now stays readable.
    """
    program = _locked(program)
    of_list = {item.code for item in vocabulary.chips(which)}
    hidden = of_list - {*codes} - vocabulary.ALWAYS_OFFERED
    program.hidden_codes = sorted({*program.hidden_codes} - of_list | hidden)
    program.save(update_fields=["hidden_codes"])
    record(
        action="care.words_offered",
        at=at,
        by=by,
        subject=program,
        field_names=["hidden_codes"],
    )
    return program


@transaction.atomic
def add_word(
    *,
    program: Program,
    kind: str,
    group: str,
    label_en: str,
    label_es: str,
    at: datetime,
    by: Actor,
) -> ProgramItem:
    """Something of the program's own, under a code that no other ever had in this house.

    :raises WordsTaken: when the list has it already.
    """
    # The house counts, and two who add at once must not get one number.
    house = Organization.objects.select_for_update(of=("self",)).get(
        pk=program.site.organization_id
    )
    prefix = f"{vocabulary.PREFIXES[kind]}.prg."
    codes = ProgramItem.objects.filter(organization=house, code__startswith=prefix)
    numbers = [
        int(code.removeprefix(prefix)) for code in codes.values_list("code", flat=True)
    ]
    item = ProgramItem(
        organization=house,
        program=program,
        kind=kind,
        group=group,
        code=f"{prefix}{max(numbers, default=0) + 1}",
        created_at=at,
    )
    return _write(item, label_en, label_es, "care.word_added", at, by)


@transaction.atomic
def change_word(
    *,
    item: ProgramItem,
    group: str,
    label_en: str,
    label_es: str,
    is_offered: bool,
    at: datetime,
    by: Actor,
) -> ProgramItem:
    """Call it something else, or offer it no more. Its code stays.

    :raises WordsTaken: when the list has it already.
    """
    item = ProgramItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    item.group, item.is_offered = group, is_offered
    return _write(item, label_en, label_es, "care.word_changed", at, by)


def _write(item: ProgramItem, label_en, label_es, action, at, by) -> ProgramItem:
    item.label_en, item.label_es = (
        " ".join(label_en.split()),
        " ".join(label_es.split()),
    )
    _check_free(item)
    item.save()
    record(action=action, at=at, by=by, subject=item)
    return item


def _check_free(item: ProgramItem) -> None:
    others = ProgramItem.objects.filter(program=item.program_id, kind=item.kind)
    taken = {one.label_en.casefold() for one in others.exclude(pk=item.pk)}
    taken |= {
        one.text.en.casefold()
        for name, kind in vocabulary.KINDS.items()
        if kind == item.kind
        for one in vocabulary.chips(name)
    }
    if item.label_en.casefold() in taken:
        raise WordsTaken


@transaction.atomic
def ask(
    *, program: Program, optional: Collection[str], at: datetime, by: Actor
) -> Program:
    """Which of the questions that need not be asked are asked of its people.

    :raises OneStays: when nothing would be left that leads to the question about safety.
    """
    if not {*optional} & {*ONE_STAYS}:
        raise OneStays
    program = _locked(program)
    program.optional_questions = [key for key in OPTIONAL if key in optional]
    program.save(update_fields=["optional_questions"])
    record(
        action="care.questions_chosen",
        at=at,
        by=by,
        subject=program,
        field_names=["optional_questions"],
    )
    return program


def _locked(program: Program) -> Program:
    return Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
