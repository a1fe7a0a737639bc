"""A client's own words: numbered once, kept for good, the same words under the same code."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.care import vocabulary
from apps.care.models import Client, OwnItem

TRIES = 3


class TooManyOwnWords(Exception):
    """There are as many of this kind as one list can show."""


def prefix_of(kind: str) -> str:
    return f"{vocabulary.PREFIXES[kind]}.own."


def own_words_of(client: Client) -> QuerySet[OwnItem]:
    return client.own_items.filter(code__contains=".own.").order_by("position", "pk")


def name_own_word(
    *, client: Client, kind: str, words: str, most: int | None = None
) -> tuple[OwnItem, bool]:
    """The item that says these words, and whether it is new.

    :raises TooManyOwnWords: when it would be one more than ``most``.
    """
    words = " ".join(words.split())
    for last in reversed(range(TRIES)):
        of_kind = [item for item in own_words_of(client) if item.kind == kind]
        for item in of_kind:
            if item.label.casefold() == words.casefold():
                return item, False
        if most is not None and len(of_kind) >= most:
            raise TooManyOwnWords
        numbers = [int(item.code.removeprefix(prefix_of(kind))) for item in of_kind]
        code = f"{prefix_of(kind)}{max(numbers, default=0) + 1}"
        try:
            with transaction.atomic():
                item = OwnItem.objects.create(
                    client=client, kind=kind, code=code, label=words
                )
        except IntegrityError:
            # Another page took the number; it is looked up again, with the words it has now.
            if not last:
                raise
            continue
        return item, True
    raise AssertionError
