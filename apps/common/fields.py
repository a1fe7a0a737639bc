"""Columns that are ciphertext in the database and plain on the instance.

A value is opened when it is read, not when the row is loaded: a page that shows no note
pays for no decryption. The primary key must exist before saving, which app-made UUIDs
guarantee. Filtering and ``QuerySet.update()`` are refused: neither can know the row.
"""

import json
from dataclasses import dataclass

from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from apps.common import crypto


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
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        plain = self.to_plain(value).encode()
        return Sealed(crypto.seal(plain, bound_to=self.bound_to(model_instance.pk)))

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
