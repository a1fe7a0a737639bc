"""Hand a sign-in code to the provider of texts or to the mail server."""

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.care.message_library import to_gsm_7
from apps.care.models import ContactPoint, Organization
from apps.signin.addresses import Address


def send_code(*, address: Address, user: User, code: str) -> None:
    """In the language that is active. The words name no place a stranger could look up.

    :raises httpx.HTTPError: the provider of texts did not take it.
    :raises smtplib.SMTPException: the mail server did not take it.
    """
    organization = Organization.objects.get(pk=user.organization_id)
    # The name on the page that asks for the code.
    words = {"sender": organization.app_name or settings.APP_NAME, "code": code}
    if address.kind == ContactPoint.Kind.EMAIL:
        EmailMessage(
            subject=_("Your code"),
            body=_(
                "Your code is %(code)s. It works for 10 minutes.\n\n"
                "If you did not ask for it, you can leave this e-mail alone.\n\n"
                "%(sender)s\n"
            )
            % words,
            to=[address.value],
        ).send()
        return
    text = _("%(sender)s: %(code)s is your code. It works for 10 minutes.") % words
    _send_text(address.value, to_gsm_7(text))


def say_changed(*, address: Address, user: User, number: str) -> None:
    """To the address from before: that it does not count any more, and nothing else.

    :raises httpx.HTTPError: the provider of texts did not take it.
    :raises smtplib.SMTPException: the mail server did not take it.
    """
    organization = Organization.objects.get(pk=user.organization_id)
    sender = organization.app_name or settings.APP_NAME
    words = {"sender": sender, "number": number}
    if number:
        told = _("Your sign-in address was changed. Not you? Call %(number)s.") % words
    else:
        told = _("Your sign-in address was changed. Not you? Tell us when you see us.")
    if address.kind == ContactPoint.Kind.EMAIL:
        body = f"{told}\n\n{sender}\n"
        subject = _("Your address was changed")
        EmailMessage(subject=subject, body=body, to=[address.value]).send()
        return
    _send_text(address.value, to_gsm_7(f"{sender}: {told}"))


def _send_text(to: str, body: str) -> None:
    account = settings.SMS_ACCOUNT_SID
    httpx.post(
        f"{settings.SMS_API_BASE_URL}/2010-04-01/Accounts/{account}/Messages.json",
        data={"To": to, "From": settings.SMS_FROM, "Body": body},
        auth=(account, settings.SMS_AUTH_TOKEN),
        timeout=settings.SMS_TIMEOUT_SECONDS,
    ).raise_for_status()
