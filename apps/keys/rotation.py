"""Seal every value anew under new keys, while everybody goes on reading and writing.

Nothing is remembered between two batches but what stands in the rows: a value is old when
its key is not the current one. So a run that was stopped, at whatever point, is started
again and does what is left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.db import connection, models, transaction

from apps.common import crypto
from apps.common.fields import Sealed, sealed_fields, subject_of
from apps.keys.models import DataKey, Rotation
from apps.keys.services import new_key, wrap_again

BATCH = 500


class NoNewKey(Exception):
    """The first key of the environment is the one everything is sealed with already."""


@dataclass
class Pass:
    """What one walk over everything found."""

    seen: int = 0
    sealed: int = 0
    # By table and row: values that no key opens, not even before.
    closed: list[str] = field(default_factory=list)
    # Of clients whose key was destroyed.
    destroyed: int = 0


# Values sealed outside of our columns: each function seals the old ones again and counts.
elsewhere: list[Callable[[Pass], None]] = []


def begin(*, at: datetime) -> Rotation:
    """Start, or go on with what was started.

    :raises NoNewKey: when there is nothing to change to.
    """
    master = crypto.first_name()
    unfinished = Rotation.objects.filter(finished_at=None, master=master).first()
    if unfinished is not None:
        return unfinished
    current = DataKey.objects.current().readable()
    # Who came after the new key was set has it already; who came first has not.
    first = current.order_by("made_at").values_list("wrapped", flat=True).first()
    if first is not None and crypto.key_name(bytes(first)) == master:
        raise NoNewKey(master)
    return Rotation.objects.create(master=master, began_at=at)


def new_keys(rotation: Rotation, *, at: datetime) -> int:
    """A new data key for everybody who has not got one of this rotation."""
    made = 0
    waiting = DataKey.objects.current().readable().exclude(rotation=rotation)
    while batch := list(waiting.order_by("pk")[:BATCH]):
        with transaction.atomic():
            ids = [key.pk for key in batch]
            mine = list(waiting.filter(pk__in=ids).select_for_update())
            for key in mine:
                wrap_again(key)
                key.retired_at = at
            DataKey.objects.bulk_update(mine, ["wrapped", "retired_at"])
            DataKey.objects.bulk_create(
                new_key(key.subject, key.organization_id, rotation) for key in mine
            )
        made += len(mine)
    return made


def wrap_retired_again() -> None:
    """Keys of earlier rotations, so that no key of the environment is needed for them."""
    master = crypto.first_name()
    last = None
    while batch := _after(DataKey.objects.readable(), last):
        old = [k for k in batch if crypto.key_name(bytes(k.wrapped)) != master]
        for key in old:
            wrap_again(key)
        DataKey.objects.bulk_update(old, ["wrapped"])
        last = batch[-1].pk


def seal_again(said: Callable[[Pass], None] = lambda found: None) -> Pass:
    """Walk over every sealed value of every table once; ``said`` hears of each batch."""
    found = Pass()
    for model in apps.get_models():
        if sealed_fields(model):
            for _ in _batches(model, found):
                said(found)
    for seal_theirs in elsewhere:
        seal_theirs(found)
    return found


def _batches(model, found: Pass) -> Iterator[None]:
    path = getattr(model, "sealed_for", "").split(".")[:-1]
    rows = model._base_manager.all()
    if path and model._meta.get_field(path[0]).is_relation:
        rows = rows.select_related("__".join(_loadable(model, path)) or None)
    last = None
    while batch := _after(rows, last):
        with transaction.atomic():
            _seal_batch(model, batch, found)
        last = batch[-1].pk
        yield


def _loadable(model, path: list[str]) -> list[str]:
    steps = []
    for name in path:
        step = model._meta.get_field(name)
        if not step.concrete:
            break
        steps.append(name)
        model = step.related_model
    return steps


def _after(rows, last) -> list:
    later = rows if last is None else rows.filter(pk__gt=last)
    return list(later.order_by("pk")[:BATCH])


def _seal_batch(model, batch: list[models.Model], found: Pass) -> None:
    for column in sealed_fields(model):
        changes = []
        for row in batch:
            old = row.__dict__.get(column.attname)
            if not isinstance(old, Sealed):
                continue
            found.seen += 1
            try:
                new = _sealed_anew(column, row, old)
            except crypto.KeyDestroyed:
                found.destroyed += 1
            except crypto.CannotOpen:
                found.closed.append(f"{model._meta.db_table} {row.pk} {column.column}")
            else:
                if new is not None:
                    changes.append((new.token, row.pk, old.token))
        _write(model, column, changes)
        found.sealed += len(changes)


def _sealed_anew(column, row, old: Sealed) -> Sealed | None:
    subject = subject_of(row)
    wanted = (
        crypto.first_name() if subject is None else crypto.data_keys.current(subject)[0]
    )
    if crypto.key_name(old.token) == wanted:
        return None
    plain = crypto.unseal(old.token, bound_to=column.bound_to(row.pk))
    return column.seal(plain, instance=row)


def _write(model, column, changes: list[tuple]) -> None:
    """Only where the old value still stands: what somebody wrote meanwhile stays."""
    if not changes:
        return
    quote, pk = connection.ops.quote_name, model._meta.pk
    sql = (
        f"UPDATE {quote(model._meta.db_table)} SET {quote(column.column)} = %s"  # noqa: S608  # nosec B608  names of columns
        f" WHERE {quote(pk.column)} = %s AND {quote(column.column)} = %s"
    )
    binary = connection.Database.Binary
    with connection.cursor() as cursor:
        cursor.executemany(
            sql,
            [
                (binary(new), pk.get_db_prep_value(row, connection), binary(old))
                for new, row, old in changes
            ],
        )
