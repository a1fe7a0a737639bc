"""Queries that are put into words once and asked again with other values.

Django builds and words a query anew each time, which costs several times what asking it
does. On the pages that everybody opens all day, the words are kept with the connection::

    @prepared(client=UUIDField(), since=DateTimeField())
    def _unread(client, since):
        return Reply.objects.filter(day__client=client, at__gt=since)

    rows = _unread(client=client.pk, since=at - WORDS_ARE_NEWS)

The function runs once for each connection, with a place where each value will stand. It may
not decide anything by a value, and None is not a value: nothing equals it.
"""

from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet


class Place(Expression):
    """Where a value will stand."""

    def __init__(self, name: str, output_field: Field):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def filled(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class _Worded:
    """One query in the words of one connection."""

    def __init__(self, queryset: QuerySet, connection: BaseDatabaseWrapper):
        self.queryset, self.connection = queryset, connection
        self.compiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.params = self.compiler.as_sql()
        columns = [each[0] for each in self.compiler.select]
        converters = self.compiler.get_converters(columns)
        self.compiler.get_converters = lambda _: converters

    def get_compiler(self, *_, **__):
        """What Django asks a query for when it fetches rows."""
        return self.compiler

    def rows(self, values: dict[str, Any]) -> list:
        params = tuple(
            each.filled(values, self.connection) if isinstance(each, Place) else each
            for each in self.params
        )
        self.compiler.as_sql = lambda: (self.sql, params)
        query: Any = self
        asked: QuerySet = QuerySet(
            self.queryset.model, query=query, using=self.connection.alias
        )
        for name in ("_iterable_class", "_prefetch_related_lookups", "_fetch_mode"):
            setattr(asked, name, getattr(self.queryset, name))
        return list(asked)


class Prepared:
    def __init__(self, build: Callable[..., QuerySet], fields: dict[str, Field]):
        self.build = build
        self.places = {name: Place(name, field) for name, field in fields.items()}
        self.__doc__ = build.__doc__

    def __call__(self, **values) -> list:
        if values.keys() != self.places.keys():
            raise TypeError(f"Give a value for each of {', '.join(self.places)}.")
        connection = connections["default"]
        kept = connection.__dict__.setdefault("prepared", {})
        if self not in kept:
            kept[self] = _Worded(self.build(**self.places), connection)
        return kept[self].rows(values)


def prepared(**fields: Field) -> Callable[[Callable[..., QuerySet]], Prepared]:
    return lambda build: Prepared(build, fields)
