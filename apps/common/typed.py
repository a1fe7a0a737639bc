"""What somebody had typed when their sign-in ran out, put back where it was typed.

``request.typed`` is there when something is kept for the person who is signed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from django.http import QueryDict
from django.urls import Resolver404, resolve


@dataclass(frozen=True)
class KeptForm:
    """``path`` is where the form was sent, ``page`` where it stood."""

    id: UUID
    path: str
    page: str
    data: QueryDict

    @property
    def page_path(self) -> str:
        return urlsplit(self.page).path

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every field once more, to send it as it was sent."""
        return [(name, one) for name in self.data for one in self.data.getlist(name)]

    @property
    def words(self) -> list[str]:
        """What a person wrote, without the codes and ids around it."""
        said = [one.strip() for _, one in self.pairs]
        return [one for one in said if " " in one and not _holds_id(one)]


def _holds_id(text: str) -> bool:
    return any(part.count("-") == 4 for part in text.replace(":", " ").split())


@dataclass
class Typed:
    forms: list[KeptForm]
    path: str
    filled: set[UUID] = field(default_factory=set)

    def sent_to(self, *paths: str) -> QueryDict | None:
        for kept in self.forms:
            if kept.path in paths:
                self.filled.add(kept.id)
                return kept.data
        return None

    def sent_to_view(self, name: str) -> tuple[Mapping, QueryDict] | None:
        """For a page with one such form a record: whose it was, and what it said."""
        for kept in self.forms:
            try:
                match = resolve(urlsplit(kept.path).path)
            except Resolver404:
                continue
            if match.view_name == name and kept.page_path == self.path:
                self.filled.add(kept.id)
                return match.kwargs, kept.data
        return None

    @property
    def is_filled_in(self) -> bool:
        return bool(self.filled)

    @property
    def beside(self) -> list[KeptForm]:
        """Of this page, but the page has no place for it: shown in full, to send again."""
        return [one for one in self._unfilled if one.page_path == self.path]

    @property
    def elsewhere(self) -> list[KeptForm]:
        return [one for one in self._unfilled if one.page_path != self.path]

    @property
    def _unfilled(self) -> list[KeptForm]:
        return [one for one in self.forms if one.id not in self.filled]


def typed_before(request, *paths: str) -> QueryDict | None:
    """What was sent from this page, or to ``paths``, and had not arrived."""
    typed = getattr(request, "typed", None)
    if typed is None:
        return None
    return typed.sent_to(*(paths or (request.get_full_path(), request.path)))


def fill_in(request, form, *paths: str):
    """The form with what was typed into it before; as it is, when there is nothing."""
    data = None if form.is_bound else typed_before(request, *paths)
    if data is not None:
        for name, one in form.fields.items():
            said = one.widget.value_from_datadict(data, {}, form.add_prefix(name))
            form.initial[name] = said
    return form


def typed_to_view(request, name: str):
    """The arguments of the view it was sent to, and what was sent."""
    typed = getattr(request, "typed", None)
    return typed.sent_to_view(name) if typed is not None else None
