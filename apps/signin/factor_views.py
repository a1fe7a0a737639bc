"""The second step of staff: setting it up, doing it, and keeping it in order."""

from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.decorators import before_second_step, fresh_sign_in, staff_only
from apps.common.squares import square_of
from apps.signin import doors, factors, locks, passkeys, proof, still_you
from apps.signin.factor_forms import (
    AppForm,
    CredentialForm,
    NewPasskeyForm,
    SpareForm,
    StepForm,
)
from apps.signin.ways_on import landing, with_next
from apps.signin.zones import zone_of

# In the session, sealed: what the square on the page shows until its code came back.
SECRET = "new_app"  # noqa: S105  a name


def _sets_up(view):
    """Whoever has a factor gives it before adding another.

    Or else somebody with the mailbox alone would add one of their own.
    """

    @fresh_sign_in
    @before_second_step
    @staff_only
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if not _is_whole(request) and factors.has_factor(request.user):
            return redirect(with_next(request, "signin:second_step"))
        return view(request, *args, **kwargs)

    return wrapped


def _is_whole(request) -> bool:
    return proof.is_whole(request.session, request.user)


@before_second_step
@staff_only
@require_http_methods(["GET", "POST"])
def second_step(request):
    """Ask for the factor of whoever came half of the way."""
    if _is_whole(request):
        return redirect(landing(request))
    if not factors.has_factor(request.user):
        return redirect(with_next(request, "signin:set_up"))
    if proof.waits_since(request.session, timezone.now()) is not None:
        return redirect(with_next(request, "signin:wait"))
    form = StepForm(request.POST or None)
    if form.is_valid() and takes_code(request, form):
        return _go_on(request)
    kinds = {row.type for row in factors.factors_of(request.user)}
    context = {"form": form, "has_passkey": factors.PASSKEY in kinds}
    return render(request, "signin/second_step.html", context)


def _go_on(request):
    """Where they wanted to, or to the page that waits for a word."""
    if _is_whole(request):
        return redirect(landing(request))
    return redirect(with_next(request, "signin:wait"))


@before_second_step
@staff_only
@require_http_methods(["GET", "POST"])
def wait(request):
    """Both steps are given, and this browser is new, or the third one."""
    at = timezone.now()
    since = proof.waits_since(request.session, at)
    if _is_whole(request):
        return redirect(landing(request))
    if since is None:
        return redirect(with_next(request, "signin:second_step"))
    form = SpareForm(request.POST if "code" in request.POST else None)
    if form.is_bound:
        if form.is_valid() and takes_code(request, form, kinds=(factors.SPARE_CODES,)):
            return _go_on(request)
    elif request.method == "POST":
        if not still_you.let_in(request, at, shown_at=since):
            messages.info(request, _("Not yet."))
        return _go_on(request)
    kinds = {row.type for row in factors.factors_of(request.user)}
    knock = doors.knock_of(request.session)
    context = {
        "form": form,
        "has_passkey": factors.PASSKEY in kinds,
        "is_let_in": knock is not None and knock.let_in_at is not None,
    }
    return render(request, "signin/wait.html", context)


def takes_code(request, form, kinds=(factors.APP, factors.SPARE_CODES)) -> bool:
    at = timezone.now()
    try:
        kind = factors.give_code(
            request, code=form.cleaned_data["code"], at=at, kinds=kinds
        )
    except factors.TooOften:
        form.add_error(None, _("That was often. Wait ten minutes, or use a passkey."))
        return False
    except factors.NotTheCode:
        form.add_error(
            "code",
            _("That code does not work, or it was taken before. Type the next one."),
        )
        return False
    still_you.let_in(request, at, opens_by_itself=kind == factors.SPARE_CODES)
    return True


@_sets_up
@require_GET
def set_up(request):
    return render(request, "signin/set_up.html")


@_sets_up
@require_http_methods(["GET", "POST"])
def set_up_app(request):
    """The square stays the same until its first code came back."""
    user, at = request.user, timezone.now()
    if SECRET not in request.session:
        request.session[SECRET] = factors.seal_secret(user, factors.new_secret())
    secret = factors.open_secret(user, request.session[SECRET])
    form = AppForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            factors.add_app(
                user=user, secret=secret, code=code, at=at, by=request.actor
            )
        except factors.NotTheCode:
            form.add_error(
                "code", _("That is not the code it shows. Look again, then type it.")
            )
        else:
            del request.session[SECRET]
            return _after_adding(request, at)
    context = {
        "form": form,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "square": square_of(get_factor_adapter().build_totp_url(user, secret)),
    }
    return render(request, "signin/set_up_app.html", context)


@_sets_up
@require_http_methods(["GET", "POST"])
def set_up_passkey(request):
    form = NewPasskeyForm(request.POST or None)
    if form.is_valid():
        at, credential = timezone.now(), form.cleaned_data["credential"]
        try:
            passkeys.check_new(credential)
        except passkeys.DoesNotFit:
            form.add_error(None, _("That passkey did not fit. Try again."))
        else:
            factors.add_passkey(
                user=request.user,
                name=form.cleaned_data["name"],
                credential=credential,
                at=at,
                by=request.actor,
            )
            return _after_adding(request, at)
    return render(request, "signin/set_up_passkey.html", {"form": form})


@_sets_up
@require_POST
def new_passkey(request):
    return JsonResponse(passkeys.ask_for_new(request.user))


def _after_adding(request, at):
    """The first one comes with spare codes, on this answer and never again."""
    is_first = not _is_whole(request)
    still_you.let_in(request, at)
    if is_first or not factors.spare_codes_left(request.user):
        return _show_spare_codes(request, at)
    messages.success(request, _("Done. You can sign in with it from now on."))
    return redirect("signin:ways_in")


def _show_spare_codes(request, at):
    codes = factors.make_spare_codes(user=request.user, at=at, by=request.actor)
    halves = [f"{code[:5]}-{code[5:]}" for code in codes]
    context = {"codes": halves, "next": landing(request)}
    return render(request, "signin/spare_codes.html", context)


@staff_only
@require_GET
def ways_in(request):
    rows = factors.factors_of(request.user)
    context = {
        "passkeys": [row for row in rows if row.type == factors.PASSKEY],
        "app": next((row for row in rows if row.type == factors.APP), None),
        "is_only_one": len(rows) == 1,
        "left": factors.spare_codes_left(request.user),
        "zone": zone_of(request.user),
    }
    return render(request, "signin/ways_in.html", context)


@fresh_sign_in
@staff_only
@require_POST
def remove_way_in(request, pk):
    try:
        factors.remove_factor(
            user=request.user, pk=pk, at=timezone.now(), by=request.actor
        )
    except factors.LastOne:
        messages.warning(request, _("That is your only one. Add another first."))
    else:
        messages.success(request, _("It opens nothing any more."))
    return redirect("signin:ways_in")


@fresh_sign_in
@staff_only
@require_POST
def new_spare_codes(request):
    return _show_spare_codes(request, timezone.now())


@login_not_required
@require_POST
def passkey_asks(request):
    """What the browser is to sign: for a visitor with any passkey, else with one's own."""
    if not ratelimit.consume(request, action="passkey"):
        return JsonResponse({"detail": "too_often"}, status=429)
    return JsonResponse(passkeys.ask(_who_is_here(request)))


def _who_is_here(request):
    """Also behind a closed lock."""
    if request.user.is_authenticated:
        return request.user
    return getattr(request, "locked_user", None)


@login_not_required
@require_POST
def passkey(request):
    """The second step, or both at once: the device has asked who is there."""
    form, at = CredentialForm(request.POST), timezone.now()
    user = _who_is_here(request)
    if not ratelimit.consume(request, action="passkey") or not form.is_valid():
        return _not_that_passkey(request)
    try:
        found = passkeys.read(form.cleaned_data["credential"], user)
    except passkeys.DoesNotFit:
        factors.note_refusal(user=user, at=at, by=request.actor)
        return _not_that_passkey(request)
    factors.use_passkey(passkey=found, at=at, by=request.actor)
    if user is None:
        get_adapter(request).login(request, found.user)
    request.user = found.user
    locks.open_by_passkey(request.session, at=at)
    still_you.let_in(request, at, opens_by_itself=True)
    return redirect(landing(request))


def _not_that_passkey(request):
    """The same words for a passkey of nobody and for one that was taken away."""
    messages.warning(request, _("That passkey did not work. Try again, or use a code."))
    here = "locked" if hasattr(request, "locked_user") else "sign_in"
    if request.user.is_authenticated:
        here = "still_you" if _is_whole(request) else "second_step"
    return redirect(with_next(request, f"signin:{here}"))
