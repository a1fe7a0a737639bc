"""What is missing before check-ins can be on, in words a program admin can act on."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.care.models import Site
from apps.care.rules.checkin_gate import Gap
from apps.care.services.checkin_gate import gaps_of


@dataclass(frozen=True)
class GapWords:
    """As something to do, and as the reason why it cannot be taken away."""

    missing: Promise
    stays: Promise | str = ""


GAP_WORDS = {
    Gap.HOURS: GapWords(
        _("Say when somebody is there to read: the hours of the site."),
        _(
            "Check-ins are on here. Say when somebody reads them, or switch them off first."
        ),
    ),
    Gap.ON_CALL: GapWords(
        _("Name who is on call: told at once of an answer that cannot wait."),
        _("Check-ins are on here. Name somebody, or switch them off first."),
    ),
    Gap.READERS: GapWords(_("Name at least one person who reads what comes in.")),
    Gap.AFTER_HOURS_NUMBER: GapWords(
        _("Write down a phone number for evenings and weekends."),
        _("Check-ins are on here. Keep a number, or switch them off first."),
    ),
    Gap.AFTER_HOURS: GapWords(
        _("Say what happens with an answer outside these hours.")
    ),
    Gap.HOLIDAYS: GapWords(_("Say who takes over on days the site is closed.")),
}
# Where each is filled in on the page of the site.
GAP_FIELDS = {
    Gap.HOURS: "opens",
    Gap.ON_CALL: "on_call",
    Gap.AFTER_HOURS_NUMBER: "after_hours_line",
}


def gap_sentences(site: Site) -> list[Promise]:
    return [GAP_WORDS[gap].missing for gap in gaps_of(site)]
