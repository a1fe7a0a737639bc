"""One sign-in by code: asking for it, and giving it back.

Making the code, its age and its tries are the library's. What is added here: the code is
kept as a keyed hash, and tries are counted where all workers see them.
"""

import uuid

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import ratelimit
from django.utils.crypto import constant_time_compare

from apps.accounts.models import User
from apps.common.crypto import blind_index
from apps.signin.addresses import is_held


class TooOften(Exception):
    """Asked too many times; a little later it works again."""


class NotTheCode(Exception):
    """Somebody typed something else than what was sent. It may be typed again."""


class CodeIsOver(NotTheCode):
    """Typed too many times: only a new code helps."""


def ask(request, *, index: str, user: User | None) -> None:
    """Send a code to the address behind ``index``, or to nobody in the same time.

    :raises TooOften: for this address, or from this network.
    """
    if not ratelimit.consume(request, action="request_login_code", key=index):
        raise TooOften
    process = LoginCodeVerificationProcess.initiate(
        request=request, user=user, phone=index
    )
    # The session is a row in the database: only a keyed hash of the code goes there.
    process.state["code"] = _hash(process, process.code)
    process.persist()


def pending(request) -> LoginCodeVerificationProcess | None:
    """The sign-in that waits for its code in this browser, unless it is too old."""
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    if stage is None:
        return None
    if stage.login.user is None:
        # The library looked a person up. Looking for nobody takes as long.
        User.objects.filter(pk=uuid.uuid4()).first()
    return LoginCodeVerificationProcess.resume(stage)


def ask_again(request, process: LoginCodeVerificationProcess) -> None:
    """:raises TooOften: for this address, or from this network."""
    ask(request, index=process.state["phone"], user=process.user)


def give_back(request, process: LoginCodeVerificationProcess, *, code: str) -> None:
    """Compare, and count the try before comparing.

    :raises NotTheCode: or CodeIsOver, after which even the right one opens nothing.
    """
    # The session's own count can be outrun by tries sent at once; this one cannot.
    one_sign_in = f"{process.state['phone']}|{process.state['at']}"
    if not ratelimit.consume(request, action="login_failed", key=one_sign_in):
        process.abort()
        raise CodeIsOver
    right = constant_time_compare(process.code, _hash(process, code))
    # The phone may have been lost since the code was asked for.
    held = is_held(process.user)
    if not (process.user and right) or held:
        if not process.record_invalid_attempt():
            raise CodeIsOver
        raise NotTheCode


def _hash(process: LoginCodeVerificationProcess, code: str) -> str:
    return blind_index(f"{process.state['phone']}|{code}", purpose="sign-in-code")
