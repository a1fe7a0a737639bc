"""Columns that are ciphertext in the database and plain on the instance.

A value is opened when it is read, not when the row is loaded: a page that shows no note
pays for no decryption. The primary key must exist before saving, which app-made UUIDs
guarantee. Filtering and ``QuerySet.update()`` are refused: neither can know the row.

A model says whose its values are: ``sealed_for = "enrollment.client"``. They are sealed with
the key of that client. Without it, or where the path leads to nobody, with a key of the
program. The client's own model says ``sealed_for = SELF``, and saving a new one makes the key.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from apps.common import crypto

SELF = "self"


@dataclass(frozen=True)
class Sealed:
    """Ciphertext as loaded from the database, not yet opened."""

    token: bytes


class SealedAttribute(DeferredAttribute):
    """Opens the value on first read and remembers it on the instance."""

    def __get__(self, instance, cls=None):
        if instance is None:
            return self
        name = self.field.attname
        if name in instance.__dict__:
            value = instance.__dict__[name]
        else:
            value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.open(value, pk=instance.pk)  # type: ignore[attr-defined]
            instance.__dict__[name] = value
        return value

    # Having __set__ makes this a data descriptor, so that __get__ sees every read.
    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.Field):
    descriptor_class = SealedAttribute

    def get_internal_type(self):
        return "BinaryField"

    def bound_to(self, pk) -> str:
        return f"{self.model._meta.db_table}|{self.column}|{pk}"

    def open(self, sealed: Sealed, *, pk):
        """:raises CannotOpen: when the value was changed or moved."""
        plain = crypto.unseal(sealed.token, bound_to=self.bound_to(pk))
        return self.from_plain(plain.decode())

    def pre_save(self, model_instance, add):
        if add and getattr(model_instance, "sealed_for", None) == SELF:
            self._make_key_of(model_instance)
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.seal(self.to_plain(value).encode(), instance=model_instance)

    def _make_key_of(self, instance) -> None:
        # Once, although each of its sealed columns comes by here.
        if self is sealed_fields(type(instance))[0]:
            crypto.data_keys.make(instance.pk, instance.organization_id)

    def seal(self, plain: bytes, *, instance) -> Sealed:
        bound_to, subject = self.bound_to(instance.pk), subject_of(instance)
        return Sealed(crypto.seal(plain, bound_to=bound_to, subject=subject))

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError(
                f"{self.name} is encrypted: save an instance instead of updating rows."
            )
        return connection.Database.Binary(value.token)

    def from_db_value(self, value, expression, connection):
        return None if value is None else Sealed(bytes(value))

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched.")
        return super().get_lookup(lookup_name)

    def to_plain(self, value) -> str:
        raise NotImplementedError

    def from_plain(self, plain: str):
        raise NotImplementedError


class EncryptedTextField(EncryptedField):
    def to_plain(self, value):
        return str(value)

    def from_plain(self, plain):
        return plain


class EncryptedJSONField(EncryptedField):
    def to_plain(self, value):
        return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"))

    def from_plain(self, plain):
        return json.loads(plain)


def sealed_fields(model) -> list[EncryptedField]:
    return [f for f in model._meta.concrete_fields if isinstance(f, EncryptedField)]


def subject_of(instance) -> UUID | None:
    """The client whose key seals this row's values; None for the program's own.

    Asks the database at most once for each row on the way: who somebody's enrollment is
    never changes.
    """
    path = getattr(instance, "sealed_for", None)
    if path is None:
        return None
    if path == SELF:
        return instance.pk
    return _follow(instance, path)


def _follow(instance, path: str) -> UUID | None:
    name, _, rest = path.partition(".")
    field = instance._meta.get_field(name)
    pk = getattr(instance, field.attname)
    if pk is None or not rest:
        return pk
    loaded = instance._state.fields_cache.get(name)
    if loaded is not None and loaded._meta.get_field(rest.partition(".")[0]).concrete:
        return _follow(loaded, rest)
    try:
        return _look_up(field.related_model._meta.label, pk, rest.replace(".", "__"))
    except LookupError:
        return None


@lru_cache(maxsize=50_000)
def _look_up(label: str, pk: Any, path: str) -> UUID:
    """:raises LookupError: for nobody, so that it is asked again when somebody is there."""
    rows = apps.get_model(label)._base_manager.filter(pk=pk)  # type: ignore[attr-defined]
    found = rows.values_list(path, flat=True).first()
    if found is None:
        raise LookupError
    return found
