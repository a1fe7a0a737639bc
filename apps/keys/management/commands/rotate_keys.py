"""``manage.py rotate_keys``: change the key of every sealed value, without a stop."""

import time
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common import crypto
from apps.common.walls import across
from apps.keys import rotation, services

# As long as backups are kept: an old one is opened with the keys of its day.
RETIRED_KEPT_FOR = timedelta(days=35)
SAID_EVERY = 20_000


class Command(BaseCommand):
    help = (
        "Seal every value anew, after a new key was put first in COMPANION_FIELD_KEYS and "
        "everything was restarted. Stopped at any point, it is started again."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--wait",
            type=int,
            default=2 * settings.DATA_KEYS_REMEMBERED_FOR,
            help="seconds until nobody writes with an old key any more (default %(default)s)",
        )

    @across()
    def handle(self, *, wait, **options):
        at = timezone.now()
        forgotten = services.forget_retired(before=at - RETIRED_KEPT_FOR)
        try:
            running = rotation.begin(at=at)
        except rotation.NoNewKey as same:
            raise CommandError(
                f"Everything is sealed with {same} already. Put a new key first in "
                "COMPANION_FIELD_KEYS, keep the old one behind it, restart all services, "
                "and call this again."
            ) from None
        if forgotten:
            self.stdout.write(f"Retired keys removed: {forgotten}")
        self.stdout.write(f"New keys made: {rotation.new_keys(running, at=at)}")
        rotation.wrap_retired_again()
        crypto.data_keys.forget()
        found = self._until_nothing_is_old(wait)
        running.finished_at = timezone.now()
        running.save(update_fields=["finished_at"])
        self._close(running, found)

    def _until_nothing_is_old(self, wait) -> rotation.Pass:
        while True:
            found = rotation.seal_again(self._progress())
            self.stdout.write(f"Values seen: {found.seen}, sealed anew: {found.sealed}")
            # Who fetched a key before it was replaced may write with it a little longer.
            time.sleep(wait)
            last = rotation.seal_again(self._progress())
            if not last.sealed:
                return last

    def _progress(self):
        said = 0

        def say(found):
            nonlocal said
            if found.seen - said >= SAID_EVERY:
                said = found.seen
                self.stdout.write(f"  {found.seen} seen, {found.sealed} sealed anew")
                self.stdout.flush()

        return say

    def _close(self, running, found):
        for name in found.closed:
            self.stderr.write(f"No key opens {name}")
        if found.destroyed:
            self.stdout.write(f"Values of erased clients: {found.destroyed}")
        self.stdout.write(
            f"Done: everything that opens is sealed with {running.master}. Keep the old key "
            f"for {RETIRED_KEPT_FOR.days} more days: backups that old need it."
        )
        if found.closed:
            raise CommandError(f"{len(found.closed)} values cannot be opened.")
