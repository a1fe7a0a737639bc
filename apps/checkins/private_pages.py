"""A client's own notes as their pages show them: the newest first, a few at a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.accounts.models import User
from apps.care.rules import safety_words
from apps.checkins.models import PrivateNote

PAGE = 20


@dataclass(frozen=True)
class Shown:
    pk: UUID
    at: datetime
    text: str
    craving: int | None
    # Asked when it is read, and kept nowhere.
    mentions_danger: bool


@dataclass(frozen=True)
class Notes:
    rows: list[Shown]
    page: int
    is_last: bool

    @property
    def mentions_danger(self) -> bool:
        """Of what was written last: older words had their answer when they were written."""
        return self.page == 1 and bool(self.rows) and self.rows[0].mentions_danger


def notes_of(user: User, page: int) -> Notes:
    """In one query. They are opened to be put in order: only inside is when they were written."""
    shown = [shown_of(note) for note in PrivateNote.objects.of_client(user)]
    shown.sort(key=lambda note: (note.at, note.pk), reverse=True)
    start = (page - 1) * PAGE
    rows = shown[start : start + PAGE]
    return Notes(rows, page, is_last=start + PAGE >= len(shown))


def shown_of(note: PrivateNote) -> Shown:
    said = note.content
    return Shown(
        pk=note.pk,
        at=datetime.fromisoformat(said["at"]),
        text=said["text"],
        craving=said["craving"],
        mentions_danger=safety_words.mentions_danger(said["text"]),
    )
