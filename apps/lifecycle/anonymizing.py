"""Turn a copy of the database into one without names and words."""

import ast
import json
import random
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.functions import Cast

from apps.accounts.models import new_handle
from apps.backups.databases import ours
from apps.care.models import Client
from apps.care.services.enrollments import contact_index
from apps.common import crypto
from apps.common.fields import EncryptedField
from apps.keys.models import DataKey, Rotation
from apps.keys.services import new_key
from apps.lifecycle.erasing import remove_rows
from apps.lifecycle.personal import EMPTIED, Says, said_by

BATCH = 500
CODE = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
OWN_ITEM = re.compile(r"[a-z]{3}\.own\.\d+")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.+Z-]*)?")
PHONE = re.compile(r"\+1\d{10}")
CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"


class NotACopy(Exception):
    """Nothing says that this database is a copy."""


def refuse_production() -> None:
    """:raises NotACopy:"""
    name = Path(str(connection.settings_dict["NAME"])).name
    if "copy" not in name:
        raise NotACopy(
            f"The database is called {name}. Only one with `copy` in its name is changed: "
            "restore a backup into such a one."
        )
    if not settings.IS_LOOPBACK:
        raise NotACopy(
            f"PUBLIC_BASE_URL is {settings.PUBLIC_BASE_URL}: people come here."
        )


def anonymize(*, at: datetime) -> int:
    """How many values were made up. Anything but the last step can be done again.

    :raises NotACopy:
    """
    refuse_production()
    for client_id in _unreadable():
        remove_rows(client_id, at=at)
    tables = [apps.get_model(label)._meta.db_table for label in sorted(EMPTIED)]
    with ours() as database:
        database.begin_loading(tables)
        database.end_loading(tables)
    replaced = 0
    with transaction.atomic():
        _new_keys_for_everybody(at)
        making = Making()
        # Names first: a name in one table is the same in another.
        for model in apps.get_models():
            replaced += _replace(model, making)
        DataKey.objects.exclude(retired_at=None).delete()
        DataKey.objects.update(rotation=None)
        Rotation.objects.all().delete()
    crypto.data_keys.forget()
    _write_anew()
    return replaced


def _unreadable() -> list:
    readable = DataKey.objects.current().readable().values("subject")
    return list(Client.objects.exclude(pk__in=readable).values_list("pk", flat=True))


def _new_keys_for_everybody(at: datetime) -> None:
    old = list(DataKey.objects.current().readable())
    for key in old:
        key.retired_at = at
    DataKey.objects.bulk_update(old, ["retired_at"], batch_size=BATCH)
    DataKey.objects.bulk_create(
        [new_key(key.subject, key.organization_id) for key in old], batch_size=BATCH
    )
    crypto.data_keys.forget()


def _replace(model: type[models.Model], making: "Making") -> int:
    if model._meta.label in EMPTIED:
        return 0
    columns: list[Any] = [model._meta.get_field(name) for name in said_by(model)]
    # What belongs to a client is sealed anew even where the words are ours.
    columns += [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, EncryptedField) and column not in columns
    ]
    says, replaced, last = said_by(model), 0, None
    _make_room(model, says)
    while columns:
        rows = model._base_manager.all()  # type: ignore[attr-defined]
        later = rows if last is None else rows.filter(pk__gt=last)
        batch = list(later.order_by("pk")[:BATCH])
        if not batch:
            break
        last = batch[-1].pk
        for column in columns:
            changes = []
            for row in batch:
                old = getattr(row, column.attname)
                if old is None or old == "":
                    continue
                new = making.instead(says.get(column.name), row, column, old)
                setattr(row, column.attname, new)
                changes.append((_stored(column, row, new), row.pk))
            _write(model, column, changes)
            replaced += len(changes)
    return replaced


def _make_room(model: type[models.Model], says: dict[str, Says]) -> None:
    """What is made up for one row may be what another is still found by."""
    for name in (name for name, kind in says.items() if kind is Says.INDEX):
        indexed = model._base_manager.exclude(**{name: ""})  # type: ignore[attr-defined]
        indexed.update(**{name: Cast("pk", models.CharField())})


def _stored(column, row, new):
    if isinstance(column, EncryptedField):
        new = column.seal(column.to_plain(new).encode(), instance=row)
    return column.get_db_prep_save(new, connection)


def _write(model: type[models.Model], column, changes: list[tuple]) -> None:
    # Not save(): what is final for people may be replaced in a copy.
    quote, pk = connection.ops.quote_name, model._meta.pk
    sql = (
        f"UPDATE {quote(model._meta.db_table)} SET {quote(column.column)} = %s"  # noqa: S608  # nosec B608
        f" WHERE {quote(pk.column)} = %s"
    )
    if changes:
        with connection.cursor() as cursor:
            cursor.executemany(
                sql,
                [(new, pk.get_db_prep_value(row, connection)) for new, row in changes],
            )


def _write_anew() -> None:
    """What was replaced is not left in pages nobody reads."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM FULL")
            return
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Making:
    """Makes up values, at random, of the same shape, and the same for the same name."""

    def __init__(self):
        self._chance = random.SystemRandom()
        self._known: dict[tuple[Says, str], str] = {}
        self._count = 0
        # A copy of a copy has made-up addresses already.
        self._mark = f"{self._chance.randrange(16**6):06x}"

    def instead(self, says: Says | None, row, column, old: Any) -> Any:
        by_kind: dict[Says, Callable[[], Any]] = {
            Says.NAME: lambda: self._same(Says.NAME, old, self.words),
            Says.SURNAME: lambda: self._same(Says.SURNAME, old, self.words),
            Says.BIRTH_DATE: self._birth_date,
            Says.CONTACT: lambda: self._contact(row.kind),
            Says.STAFF_EMAIL: lambda: self._same(says, old.lower(), self._email),
            Says.FREE_TEXT: lambda: self.words(old),
            Says.CODES_AND_WORDS: lambda: self.tree(old),
            Says.INDEX: lambda: _index_of(row, column.name),
            Says.SECRET: lambda: "!",
            Says.HANDLE: new_handle,
            Says.HOUSE: lambda: self._same(Says.HOUSE, old, self.words),
            Says.PHONE_OF_THE_HOUSE: self._phone,
        }
        return by_kind[says]() if says is not None else old

    def _same(self, says, old: str, make: Callable[[str], str]) -> str:
        key = (says, old)
        if key not in self._known:
            self._known[key] = make(old)
        return self._known[key]

    def words(self, old: str) -> str:
        """Letters for letters and digits for digits; the rest stays."""
        return re.sub(r"[^\W\d_]+|\d", lambda match: self._like(match[0]), old)

    def _like(self, word: str) -> str:
        if word.isdigit():
            return str(self._chance.randrange(10))
        new = word
        while new.casefold() == word.casefold():
            new = "".join(
                self._chance.choice(VOWELS if at % 2 else CONSONANTS)
                for at in range(len(word))
            )
        if word.isupper() and len(word) > 1:
            return new.upper()
        return new.capitalize() if word[0].isupper() else new

    def tree(self, old: Any) -> Any:
        if isinstance(old, dict):
            return {self._leaf(key): self.tree(value) for key, value in old.items()}
        if isinstance(old, list):
            return [self.tree(value) for value in old]
        return self._leaf(old) if isinstance(old, str) else old

    def _leaf(self, old: str) -> str:
        if PHONE.fullmatch(old):
            return self._phone()
        ours = old in our_codes() or any(
            shape.fullmatch(old) for shape in (OWN_ITEM, ID, TIME)
        )
        return old if ours or len(old) <= 2 else self.words(old)

    def _birth_date(self) -> str:
        return (
            date(1960, 1, 1) + timedelta(self._chance.randrange(14_000))
        ).isoformat()

    def _contact(self, kind: str) -> str:
        return self._phone() if kind == "PHONE" else self._email("")

    def _phone(self) -> str:
        self._count += 1
        area = ("617", "781", "508", "978", "413", "339", "774")[self._count // 10_000]
        return f"+1{area}555{self._count % 10_000:04}"

    def _email(self, _old: str) -> str:
        self._count += 1
        return f"person{self._count}.{self._mark}@example.org"


def _index_of(row, name: str) -> str:
    # The value itself was replaced before: it is declared before its index.
    if name == "surname_index":
        return crypto.blind_index((row.surname or "").casefold(), purpose="surname")
    return contact_index(row.kind, row.value)


@cache
def our_codes() -> frozenset[str]:
    """Every code that our own sources know. What is not among them was typed."""
    found: set[str] = set()
    for path in (settings.BASE_DIR / "apps").rglob("*.py"):
        if "demo" not in path.parts:
            found |= {
                node.value
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    _collect(
        json.loads((settings.BASE_DIR / "apps/care/data/vocab.json").read_text()), found
    )
    return frozenset(code for code in found if CODE.fullmatch(code))


def _collect(value: Any, into: set[str]) -> None:
    if isinstance(value, str):
        into.add(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            _collect(part, into)
