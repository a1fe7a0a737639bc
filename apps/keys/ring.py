"""The data keys this process has in its hands, for a short while."""

import time
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from apps.common.crypto import KeyDestroyed
from apps.keys.models import DataKey
from apps.keys.services import make_key, unwrap


@dataclass
class Held:
    key_id: UUID
    subject: UUID
    organization_id: UUID
    current: bool
    wrapped: bytes
    since: float
    aes: AESGCM | None = None

    def opened(self) -> AESGCM:
        # Only what is used is unwrapped: a desk fetches the keys of everybody at once.
        if self.aes is None:
            self.aes = unwrap(self.wrapped, key_id=self.key_id, subject=self.subject)
        return self.aes


class KeyRing:
    """Forgets after ``DATA_KEYS_REMEMBERED_FOR`` seconds: so long a destroyed one works on.

    The first key that is missing is fetched alone, which is what a phone needs; the second
    of an organization brings all of them, which is what a desk needs. A page with fifty
    people costs two queries at most.
    """

    def __init__(self):
        self._by_id: dict[UUID, Held] = {}
        self._current: dict[UUID, UUID] = {}
        # When something was last missing here.
        self._missed: float | None = None

    def get(self, key_id: UUID) -> AESGCM:
        """:raises KeyDestroyed: when there is no such key, or no longer."""
        held = self._fresh(key_id)
        if held is None:
            self._fetch(DataKey.objects.filter(pk=key_id))
            held = self._fresh(key_id)
        if held is None:
            raise KeyDestroyed(f"Data key {key_id} is gone")
        return held.opened()

    def current(self, subject: UUID) -> tuple[UUID, AESGCM]:
        """What the values of ``subject`` are sealed with now.

        :raises KeyDestroyed: when there is none.
        """
        held = self._fresh(self._current.get(subject))
        if held is None or not held.current:
            self._fetch(DataKey.objects.current().filter(subject=subject))
            held = self._fresh(self._current.get(subject))
        if held is None:
            raise KeyDestroyed(f"Nothing can be sealed for {subject}")
        return held.key_id, held.opened()

    def make(self, subject: UUID, organization_id: UUID) -> None:
        """A key for somebody new, in the transaction that writes them.

        Asks the database and not this process: a key made in a transaction that was
        rolled back is still in its hands, and a value sealed with it would be lost.
        """
        made = DataKey.objects.current().filter(subject=subject).first()
        self._keep([made or make_key(subject, organization_id)])

    def forget(self) -> None:
        self._by_id.clear()
        self._current.clear()
        self._missed = None

    def _fresh(self, key_id: UUID | None) -> Held | None:
        held = self._by_id.get(key_id) if key_id is not None else None
        if held is None or self._is_old(held.since):
            return None
        return held

    def _is_old(self, since: float) -> bool:
        return time.monotonic() - since > settings.DATA_KEYS_REMEMBERED_FOR

    def _fetch(self, wanted) -> None:
        if self._missed is not None and not self._is_old(self._missed):
            theirs = wanted.values("organization_id")
            wanted = DataKey.objects.filter(organization_id__in=theirs)
        self._missed = time.monotonic()
        self._keep(list(wanted.readable()))

    def _keep(self, rows: list[DataKey]) -> None:
        now = time.monotonic()
        for row in rows:
            self._by_id[row.pk] = Held(
                key_id=row.pk,
                subject=row.subject,
                organization_id=row.organization_id,
                current=row.retired_at is None,
                wrapped=bytes(row.wrapped),
                since=now,
            )
            if row.retired_at is None:
                self._current[row.subject] = row.pk
