"""Passkeys: what a browser is asked to sign, and whether what came back fits.

The ceremony is the library's; here is what is asked of it, and one answer for all that can
be wrong. The device asks for a finger, a face or its own code each time.
"""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError

from apps.accounts.models import User

# What the library lets through of a browser's answer that was made up.
MADE_UP = (ValidationError, ValueError, TypeError, KeyError, AttributeError)


class DoesNotFit(Exception):
    """Not a passkey of anybody here, not for this page, or not for this person."""


def ask_for_new(user: User) -> dict:
    """What the browser makes a new one from."""
    return _public_key(auth.begin_registration(user, passwordless=True))


def ask(user: User | None) -> dict:
    """What the browser signs: with one of this person's, or with any it has of ours."""
    return _public_key(auth.begin_authentication(user))


def _public_key(options: dict) -> dict:
    return dict(options["publicKey"])


def check_new(credential: dict) -> None:
    """:raises DoesNotFit: also when the device did not ask who is there."""
    try:
        auth.parse_registration_response(credential)
        if not auth.complete_registration(credential).is_user_verified():
            raise DoesNotFit
    except MADE_UP as problem:
        raise DoesNotFit from problem
    finally:
        auth.clear_state()


def read(credential: dict, user: User | None) -> Authenticator:
    """Whose passkey this is; with a ``user``, one of theirs.

    :raises DoesNotFit: as it says. Each question is answered once.
    """
    try:
        auth.parse_authentication_response(credential)
        user = user or auth.extract_user_from_response(credential)
        found = auth.complete_authentication(user, credential)
    except MADE_UP as problem:
        raise DoesNotFit from problem
    finally:
        auth.clear_state()
    if not user.is_active:
        raise DoesNotFit
    return found
