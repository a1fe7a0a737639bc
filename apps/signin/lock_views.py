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
from apps.signin.lock_forms import NewPinForm, PinForm, SpareForm
from apps.signin.ways_on import landing


@takes_secrets
@fresh_sign_in
@client_only
@require_http_methods(["GET", "POST"])
def lock(request):
    """Choose a PIN, or another one."""
    form = NewPinForm(request.POST or None)
    if form.is_valid():
        letters = locks.switch_on(
            user=request.user,
            pin=form.cleaned_data["pin"],
            at=timezone.now(),
            by=request.actor,
        )
        return render(request, "signin/lock_spare.html", {"letters": letters})
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
    forgot = "spare" in request.POST
    form = (SpareForm if forgot else PinForm)(request.POST or None)
    if form.is_valid():
        try:
            _open(request, user, form)
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
            wrong = _("Those are not the letters. Look again.")
            wrong = wrong if forgot else _("That is not the PIN. Try again.")
            form.add_error("spare" if forgot else "pin", wrong)
            form = _emptied(form)
        else:
            return redirect(landing(request, user))
    context = {
        "form": form if user.app_lock.pin_hash else None,
        **_both_forms(form, forgot),
        "has_spare": bool(user.app_lock.spare_hash),
        "forgot": forgot,
        "left": locks.tries_left(request.session),
        "has_key": locks.has_key(user),
    }
    return render(request, "signin/locked.html", context)


def _open(request, user, form):
    """By the PIN, or by the letters that take the lock off."""
    at, typed = timezone.now(), form.cleaned_data
    said = {"user": user, "session": request.session, "at": at, "by": request.actor}
    if "spare" in typed:
        locks.open_by_spare(request, letters=typed["spare"], **said)
        messages.success(request, _("The lock is off. You can choose a new PIN."))
    else:
        locks.open_by_pin(request, pin=typed["pin"], **said)


def _both_forms(form, forgot: bool) -> dict:
    """The one that was sent, and beside it the other one. Typing goes on where it was."""
    if not forgot:
        return {"pin_form": form, "spare_form": SpareForm()}
    other = PinForm()
    focus = other.fields["pin"].widget.attrs.pop("autofocus")
    form.fields["spare"].widget.attrs["autofocus"] = focus
    return {"pin_form": other, "spare_form": form}


def _emptied(form):
    """A wrong PIN is not shown again."""
    form.data = {}
    return form
