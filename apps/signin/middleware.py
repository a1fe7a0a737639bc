from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.middleware import SignInRequiredMiddleware
from apps.common.routes import audience_of
from apps.common.typed import Typed
from apps.signin import (
    late_forms,
    limits,
    locks,
    notices,
    proof,
    sign_ins,
    way_back,
)
from apps.signin.models import KnownBrowser

# In the session: something is kept for this person, so pages look for it.
KEPT = "late_forms"


def stamp(sender, request, user, **kwargs):
    """Every way in passes here, the library's too."""
    at = timezone.now()
    limits.begin(request.session, user=user, at=at)
    proof.begin(request.session, at=at)
    user_agent = request.headers.get("User-Agent", "")
    notices.note_sign_in(
        user=user,
        row=sign_ins.begin(request.session, user=user, user_agent=user_agent, at=at),
        at=at,
    )
    locks.begin(request.session, user=user, at=at)
    # Made anew at every sign-in, a moment ago.
    late_forms.note_page_token(user=user, secret=request.META["CSRF_COOKIE"], at=at)
    if late_forms.is_anything_kept(user, at):
        request.session[KEPT] = True


class SessionLimitsMiddleware:
    """End a sign-in that ran out, before anything of it is shown."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            at = timezone.now()
            if limits.has_run_out(request.session, user=request.user, at=at):
                request.was_signed_in = request.user
                logout(request)
            elif not _asks_by_itself(request) and limits.note(request.session, at=at):
                sign_ins.note(request.session, at=at)
        return self.get_response(request)


class KnownBrowserMiddleware:
    """Give the cookie by which a browser of staff is known to whoever just came in there."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        token = getattr(request, "known_browser", None)
        if token is not None:
            response.set_cookie(
                settings.BROWSER_COOKIE_NAME,
                token,
                max_age=KnownBrowser.KNOWN_FOR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _asks_by_itself(request) -> bool:
    """A page that polls says what it ``have``s. Nobody is there because of that."""
    polls = "HX-Request" in request.headers and "have" in request.GET
    return polls or request.path == reverse("api:here")


class LockMiddleware(SignInRequiredMiddleware):
    """Whoever's lock is closed is nobody here: pages for everybody show them nothing more.

    Each phone says by asking that somebody is there; ``frontend/phone/lock.js`` asks while a
    page can be seen. Without a script five minutes of reading close it too.
    """

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and locks.lock_of(user) is not None:
            at = timezone.now()
            if request.path == reverse("home:away"):
                locks.lock(request.session, at=at)
            if locks.is_locked(request.session, at=at):
                request.locked_user, request.user = user, AnonymousUser()
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if audience_of(view_func) == "public":
            return None
        user = getattr(request, "locked_user", None)
        if user is None:
            if locks.lock_of(request.user) is not None:
                locks.note(request.session, at=timezone.now())
            return None
        if request.path.startswith("/api/"):
            # Not 401 or 403: a phone takes off what it keeps when it hears those.
            return JsonResponse({"detail": "locked"}, status=423)
        if way_back.takes_forms_of_people(request, view_func):
            request.way_back = way_back.page_of(request)
            if late_forms.fields_of(request.POST):
                keep_for(request, user)
                request.session[KEPT] = True
        return self.handle_no_permission(request, view_func)

    def get_login_url(self, view_func):
        return reverse("signin:locked")


class LateFormsMiddleware:
    """A form that arrives after its sign-in ran out is kept, and comes back filled in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        has_some = KEPT in request.session and _is_wholly_here(request)
        if has_some and request.method == "GET":
            kept = late_forms.kept_for(request.user, timezone.now())
            request.typed = Typed(kept, request.path)
        response = self.get_response(request)
        was_taken = request.method == "POST" and response.status_code < 400
        if has_some and was_taken and not hasattr(request, "was_kept"):
            # The form was taken, or came back with what was typed in it.
            late_forms.let_go_of_path(
                user=request.user,
                path=request.get_full_path(),
                at=timezone.now(),
                by=request.actor,
            )
        return response

    def process_view(self, request, view_func, view_args, view_kwargs):
        """Runs when the form has proven to be ours, and before a sign-in is asked for."""
        is_theirs = way_back.takes_forms_of_people(request, view_func)
        if not is_theirs or request.user.is_authenticated:
            return
        request.way_back = way_back.page_of(request)
        if late_forms.fields_of(request.POST):
            who = getattr(request, "was_signed_in", None)
            messages.info(request, keep_for(request, who or whose_page(request)))


class SecondStepMiddleware(SignInRequiredMiddleware):
    """Nothing of the desk, page or API, opens to staff who came half of the way.

    A view is shut unless it is for visitors too, or says ``before_second_step``: one that
    nobody thought of is shut.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated or _is_wholly_here(request):
            return None
        is_open = getattr(view_func, "before_second_step", False)
        if is_open or audience_of(view_func) == "public":
            return None
        return self.ask_first(request, view_func, "second_step")

    def ask_first(self, request, view_func, step):
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": step}, status=403)
        if way_back.takes_forms_of_people(request, view_func):
            request.way_back = way_back.page_of(request)
            if late_forms.fields_of(request.POST):
                messages.info(request, keep_for(request, request.user))
                request.session[KEPT] = request.was_kept = True
        return self.handle_no_permission(request, view_func)

    def get_login_url(self, view_func):
        return reverse("signin:second_step")


class FreshSignInMiddleware(SecondStepMiddleware):
    """What is dear opens only to somebody who just showed that it is them.

    A page that stood open, or a phone that lies about, is not proof enough.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        asks = getattr(getattr(view_func, "cls", view_func), "fresh_sign_in", False)
        if not asks or not _is_wholly_here(request):
            return None
        if proof.is_fresh(request.session, request.user, timezone.now()):
            return None
        return self.ask_first(request, view_func, "fresh_sign_in")

    def get_login_url(self, view_func):
        return reverse("signin:still_you")


def _is_wholly_here(request) -> bool:
    user = request.user
    return user.is_authenticated and proof.is_whole(request.session, user)


def whose_page(request):
    return late_forms.whose_page(way_back.token_of(request))


def keep_for(request, user) -> str:
    """Keep what was typed; says so, or that it could not be."""
    lost = _(
        "You were away for so long that we could not keep what you wrote. We are sorry."
    )
    if user is None:
        return lost
    try:
        late_forms.keep(
            user=user,
            path=request.get_full_path(),
            page=way_back.page_of(request),
            data=request.POST,
            at=timezone.now(),
            by=request.actor,
        )
    except late_forms.TooMuch:
        return lost
    if user == request.user:
        return _("What you wrote is kept for you.")
    return _("You were away a while. What you wrote is kept for you. Sign in to go on.")
