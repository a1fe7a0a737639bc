"""Remove every row of a client, and the key that their values were sealed with."""

from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from apps.accounts.models import User
from apps.care.models import Client
from apps.common.walls import across
from apps.keys.services import destroy_keys
from apps.lifecycle.selectors import is_held


class IsHeld(Exception):
    """Somebody has to lift the hold first."""


@transaction.atomic
def erase(client_id: UUID, *, at: datetime) -> int:
    """How many rows went. Copies elsewhere are unreadable from here on: the key is gone.

    :raises IsHeld: when somebody said to keep it.
    """
    if is_held(client_id):
        raise IsHeld
    return remove_rows(client_id, at=at)


@transaction.atomic
def remove_rows(client_id: UUID, *, at: datetime) -> int:
    """Of somebody whose erasing was decided before: a hold on what is unreadable keeps nothing."""
    user_id = Client.objects.values_list("user_id", flat=True).get(pk=client_id)
    theirs = rows_of(Client, [client_id])
    if user_id is not None:
        for model, ids in rows_of(User, [user_id]).items():
            theirs.setdefault(model, set()).update(ids)
    # Rows that hang on a row which went before are behind the wall by then.
    with across():
        _remove(theirs)
    destroy_keys(client_id, at=at)
    return sum(map(len, theirs.values()))


def _remove(theirs: dict[type[models.Model], set]) -> None:
    for model, ids in theirs.items():
        # Not delete(): that refuses rows which are protected while somebody is in care.
        # All of them go in one transaction, at whose end the database looks itself.
        for some in _in_parts(sorted(ids, key=str)):
            rows = model._base_manager.filter(pk__in=some)  # type: ignore[attr-defined]
            rows._raw_delete(rows.db)


def rows_of(model: type[models.Model], ids: list) -> dict[type[models.Model], set]:
    """The rows, and whatever hangs on them by a foreign key, and on those, and so on."""
    found: dict[type[models.Model], set] = {}
    waiting: list[tuple[type[models.Model], set]] = [(model, set(ids))]
    while waiting:
        target, new = waiting.pop()
        new = new - found.setdefault(target, set())
        if not new:
            continue
        found[target] |= new
        for holder in apps.get_models(include_auto_created=True):
            for column in holder._meta.concrete_fields:
                if column.is_relation and column.related_model is target:
                    waiting.append((holder, _holding(holder, column.name, new)))
    return found


def _holding(holder, column: str, ids: set) -> set:
    holding: set = set()
    for some in _in_parts(sorted(ids, key=str)):
        rows = holder._base_manager.filter(**{f"{column}__in": some})
        holding.update(rows.values_list("pk", flat=True))
    return holding


def _in_parts(ids: list) -> list[list]:
    # Fewer than a statement may have parameters.
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]
