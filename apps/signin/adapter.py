"""Where the sign-in library asks us: who is at an address, how a code gets there.

The library calls every address "phone". What it is given is the keyed index of the
address, so that neither its session state nor its records hold a number or a mailbox.
"""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone

from apps.audit.middleware import actor_of
from apps.audit.services import record
from apps.care.models import ContactPoint
from apps.common.identity import app_name_of
from apps.signin import services, tasks


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        services.queue_code(
            user=user, address_index=phone, code=code, at=timezone.now()
        )
        tasks.send_codes.delay_on_commit()

    def send_unknown_account_sms(self, phone, **kwargs):
        code = self.generate_phone_verification_code(user=None, phone=phone)
        self.send_verification_code_sms(None, phone, code)

    def set_phone_verified(self, user, phone):
        """The code came back, so the address is theirs."""
        if user.is_staff_member:
            EmailAddress.objects.update_or_create(
                user=user,
                email=user.email.lower(),
                defaults={"verified": True, "primary": True},
            )
            return
        ContactPoint.objects.filter(
            client__user=user, value_index=phone, verified_at=None
        ).update(verified_at=timezone.now())

    def get_login_stages(self):
        """The second step is asked for by our middleware, whichever way somebody came in.

        A stage of the library would stand in one of the ways only.
        """
        stages = super().get_login_stages()
        return [stage for stage in stages if not stage.startswith("allauth.mfa.")]

    def login(self, request, user):
        """Every way in ends here: code, invitation, demonstration."""
        with transaction.atomic():
            super().login(request, user)
            record(
                action="accounts.signed_in",
                at=timezone.now(),
                by=actor_of(request),
                subject=user,
            )

    def respond_user_inactive(self, request, user):
        return redirect("signin:sign_in")

    def add_message(self, *args, **kwargs):
        """Our pages say what happened; the library's messages would name the address."""


class FactorAdapter(DefaultMFAAdapter):
    """Keys and apps are called as this browser sees us, and the person as they sign in."""

    def _get_site_name(self):
        return app_name_of(context.request)

    def get_public_key_credential_user_entity(self, user):
        """Phones list their passkeys: a client's is called like the app, not like them."""
        entity = super().get_public_key_credential_user_entity(user)
        if user.is_client:
            name = app_name_of(context.request)
            entity |= {"name": name, "display_name": name}
        return entity
