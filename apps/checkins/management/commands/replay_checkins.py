"""``manage.py replay_checkins FILE --json``: what the craving rules would have raised."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.care.rules.triage_limits import RANGES, Limits, OutOfRange
from apps.checkins.replaying import CRAVING_RULES, BadRow, read_answers, replay

# A table says craving and use, so that only these numbers make a difference.
TRIED = [name for name, allowed in RANGES.items() if allowed.rule in CRAVING_RULES]


class Command(BaseCommand):
    help = (
        "Say how often the rules about craving and use would have fired on the answers in "
        "a CSV file with the columns person,day,craving,use, with the usual numbers or with "
        "those given. Nothing is written."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json")
        for name in TRIED:
            least, most = RANGES[name].least, RANGES[name].most
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                type=int,
                metavar="N",
                help=f"{least} to {most}; usually {getattr(Limits(), name)}",
            )

    def handle(self, *, file, as_json, **options):
        tried = {name: options[name] for name in TRIED if options[name] is not None}
        try:
            limits = Limits.checked(tried)
        except OutOfRange as why:
            allowed = RANGES[why.name]
            raise CommandError(
                f"--{why.name.replace('_', '-')} is a number from {allowed.least} to "
                f"{allowed.most}."
            ) from None
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                found = replay(read_answers(lines), limits)
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
