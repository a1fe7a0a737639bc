"""What a program offers, and what its words are called."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import DateField, QuerySet, UUIDField

from apps.care import vocabulary
from apps.care.models import Enrollment, OwnItem, Placement, Program, ProgramItem
from apps.care.rules.wording import Text
from apps.care.vocabulary import Item, Offer, Own, Spoken
from apps.common.prepared import prepared


@prepared(enrollment=UUIDField(), today=DateField())
def _placed(enrollment, today):
    begun = Placement.objects.filter(enrollment=enrollment, from_on__lte=today)
    return begun.select_related("program__site").order_by("-from_on")[:1]


def program_of(enrollment: Enrollment, at: datetime) -> Program:
    """Where somebody is placed now, with its site; a placement may have moved them."""
    today = enrollment.program.site.local_date(at)
    placed = _placed(enrollment=enrollment.pk, today=today)
    return placed[0].program if placed else enrollment.program


def offer_of(program: Program) -> Offer:
    """What its people may choose now. One query."""
    added = ProgramItem.objects.filter(program=program, is_offered=True)
    return Offer(
        hidden=frozenset(program.hidden_codes),
        added=tuple(as_item(one) for one in added.order_by("created_at", "pk")),
    )


def as_item(item: ProgramItem) -> Item:
    text = Text.of_a_house(item.label_en, item.label_es)
    return Item(code=item.code, kind=item.kind, group=item.group, text=text)


def program_labels(house: UUID | QuerySet, language: str) -> dict[str, str]:
    """What every program of the house added, offered still or not: code to label."""
    of = "organization__in" if isinstance(house, QuerySet) else "organization"
    items = ProgramItem.objects.filter(**{of: house})
    return {item.code: as_item(item).label(language) for item in items}


def spoken(own: Own, organization_id: UUID, language: str) -> Own:
    """``own`` words, and those of programs when they are needed: then one query more."""
    return Spoken(own, lambda: program_labels(organization_id, language))


def spoken_by(client_id: UUID, organization_id: UUID, language: str) -> Own:
    """Everything that is called something by this client or their house."""
    own = OwnItem.objects.filter(client=client_id, label__isnull=False)
    return spoken({item.code: item.label for item in own}, organization_id, language)


def codes_of_programs(organization_id: UUID, codes: Collection[str]) -> set[str]:
    """Those among the codes that a program of this house ever added."""
    shaped = [code for code in codes if vocabulary.PROGRAM_CODE.fullmatch(code)]
    if not shaped:
        return set()
    known = ProgramItem.objects.filter(organization=organization_id, code__in=shaped)
    return set(known.values_list("code", flat=True))
