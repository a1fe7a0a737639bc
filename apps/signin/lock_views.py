"""The lock of a client: switching it on and off, closing it, and opening it again."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import client_only, fresh_sign_in, takes_secrets
from apps.signin import locks
from apps.signin.lock_forms import NewPinForm, PinForm
from apps.signin.ways_on import landing


@takes_secrets
@fresh_sign_in
@client_only
@require_http_methods(["GET", "POST"])
def lock(request):
    """Choose a PIN, or another one."""
    form = NewPinForm(request.POST or None)
    if form.is_valid():
        locks.switch_on(
            user=request.user,
            pin=form.cleaned_data["pin"],
            at=timezone.now(),
            by=request.actor,
        )
        messages.success(request, _("The lock is on."))
        return redirect("signin:lock")
    context = {
        "form": form,
        "lock": locks.lock_of(request.user),
        "has_key": locks.has_key(request.user),
    }
    return render(request, "signin/lock.html", context)


@fresh_sign_in
@client_only
@require_POST
def lock_by_passkey(request):
    if not locks.has_key(request.user):
        return redirect("signin:keys")
    locks.switch_on(user=request.user, pin="", at=timezone.now(), by=request.actor)
    messages.success(request, _("The lock is on."))
    return redirect("signin:lock")


@fresh_sign_in
@client_only
@require_POST
def lock_off(request):
    locks.switch_off(user=request.user, at=timezone.now(), by=request.actor)
    messages.success(request, _("The lock is off."))
    return redirect("signin:lock")


@client_only
@require_POST
def lock_now(request):
    if locks.lock_of(request.user) is not None:
        locks.lock(request.session, at=timezone.now())
    return redirect("signin:locked")


@takes_secrets
@login_not_required
@require_http_methods(["GET", "POST"])
def locked(request):
    """All that a locked phone shows. Nobody's name stands on it."""
    user = getattr(request, "locked_user", None)
    if user is None:
        return redirect(landing(request) if request.user.is_authenticated else "/")
    form = PinForm(request.POST or None)
    if form.is_valid():
        at = timezone.now()
        try:
            locks.open_by_pin(
                request,
                user=user,
                pin=form.cleaned_data["pin"],
                session=request.session,
                at=at,
                by=request.actor,
            )
        except locks.LastTry:
            request.user = user
            logout(request)
            messages.warning(
                request, _("That was the fifth wrong try. You are signed out here.")
            )
            return redirect("signin:sign_in")
        except locks.TooOften:
            form.add_error(None, _("That was often. It works again tomorrow."))
        except locks.WrongPin:
            form.add_error("pin", _("That is not the PIN. Try again."))
            form = _emptied(form)
        else:
            return redirect(landing(request, user))
    context = {
        "form": form if user.app_lock.pin_hash else None,
        "left": locks.tries_left(request.session),
        "has_key": locks.has_key(user),
    }
    return render(request, "signin/locked.html", context)


def _emptied(form):
    """A wrong PIN is not shown again."""
    form.data = {}
    return form
