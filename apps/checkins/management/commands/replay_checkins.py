"""``manage.py replay_checkins FILE --json``: what the craving rules would have raised."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.checkins.replaying import BadRow, read_answers, replay


class Command(BaseCommand):
    help = (
        "Say how often the rules about craving and use would have fired on the answers in "
        "a CSV file with the columns person,day,craving,use. Nothing is written."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, file, as_json, **options):
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                found = replay(read_answers(lines))
        except OSError as why:
            raise CommandError(f"{file} cannot be read: {why.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{file} is not a text in UTF-8.") from None
        except BadRow as why:
            raise CommandError(str(why)) from None
        if as_json:
            self.stdout.write(json.dumps(found, indent=2))
            return
        self.stdout.write(
            f"{found['people']} people, {found['answered_days']} answered days"
        )
        for rule, said in found["rules"].items():
            self.stdout.write(f"{rule}  {said['days']:>6}  {said['share']:.1%} of days")
        self.stdout.write(
            f"Any craving rule: {found['any_craving_rule_share']:.1%} of days. "
            f"Never flagged by one: {found['never_flagged_share']:.1%} of people."
        )
