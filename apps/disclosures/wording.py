"""The words a client signs, by version. A changed word is a new version.

Plain defaults: the organization's lawyer confirms them before real people sign.
"""

from django.utils.translation import gettext as _

VERSION = "2026-11"


def revocation_words(holds_until: str) -> str:
    words = _(
        "You can take this back at any time: open it in the app and press “Take it back”, or"
        " write to your team. What was shared before stays shared."
    )
    if not holds_until:
        return words
    return (
        _("This one stays until: %(event)s. After that:") % {"event": holds_until}
        + f" {words}"
    )


def redisclosure_words() -> str:
    """For care, payment and operations (§ 2.31(a)(4)(ii))."""
    return _(
        "Who gets this for care, payment or running the program may share it again as the"
        " HIPAA rules allow. It may not be used against you in a civil, criminal,"
        " administrative or legislative proceeding, unless you consent to that or a court"
        " orders it."
    )


def usual_recipients() -> str:
    return _(
        "My treating providers, health plans, third-party payers, and people helping to"
        " operate this program"
    )
