"""Coming in and going out. These pages say the same to everybody, known here or not."""

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import signed_in
from apps.audit.middleware import actor_of
from apps.care.services.invitations import DoesNotOpen, accept_invitation
from apps.signin import codes, late_forms, services
from apps.signin.addresses import find_person
from apps.signin.forms import AddressForm, CodeForm, InvitationForm
from apps.signin.models import LateForm
from apps.signin.receivers import CHOSEN
from apps.signin.ways_on import home_of, landing, safe_next, with_next


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request):
    if request.user.is_authenticated:
        return redirect(landing(request))
    form = AddressForm(request.POST or None)
    if form.is_valid():
        address = form.cleaned_data["address"]
        try:
            codes.ask(request, index=address.index, user=find_person(address))
        except codes.TooOften:
            form.add_error(
                None, _("That was often. Wait a few minutes, then try again.")
            )
        else:
            return redirect(with_next(request, "signin:confirm"))
    return render(request, "signin/sign_in.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "POST"])
def confirm(request):
    if request.user.is_authenticated:
        return redirect(landing(request))
    process = codes.pending(request)
    if process is None:
        messages.info(request, _("Ask for a new code. The last one is over."))
        return redirect(with_next(request, "signin:sign_in"))
    if "again" in request.POST:
        return _send_again(request, process)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            codes.give_back(request, process, code=form.cleaned_data["code"])
        except codes.NotTheCode as refusal:
            services.note_refusal(
                user=process.user, at=timezone.now(), by=request.actor
            )
            if isinstance(refusal, codes.CodeIsOver):
                messages.warning(request, _("That code is over. Ask for a new one."))
                return redirect(with_next(request, "signin:sign_in"))
            form.add_error(
                "code", _("That is not the code we sent. Look again, then type it.")
            )
        else:
            return process.finish(landing(request, process.user))
    return render(request, "signin/confirm.html", {"form": form})


def _send_again(request, process):
    try:
        codes.ask_again(request, process)
    except codes.TooOften:
        messages.warning(request, _("Wait a few minutes before you ask again."))
    else:
        messages.info(request, _("We sent a new code. The one before is over."))
    return redirect(with_next(request, "signin:confirm"))


@login_not_required
@require_POST
def sign_out(request):
    """A script says how much is ``waiting`` on the phone, sealed and not sent yet."""
    logout(request)
    response = redirect("signin:sign_in")
    # What waits would go too. Without a word about it nobody knows.
    if request.POST.get("waiting") == "0":
        response["Clear-Site-Data"] = '"storage"'
    return response


@login_not_required
@require_POST
def language(request):
    chosen = request.POST.get("language", "")
    response = redirect(safe_next(request) or "/")
    if chosen not in dict(settings.LANGUAGES) or not check_for_language(chosen):
        return response
    if request.user.is_authenticated:
        services.choose_language(
            user=request.user, language=chosen, at=timezone.now(), by=request.actor
        )
    else:
        request.session[CHOSEN] = chosen
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


@signed_in
@require_POST
def let_go(request, pk):
    """What was kept from a form that came too late is not wanted any more."""
    kept = get_object_or_404(LateForm.objects.visible_to(request.user), pk=pk)
    late_forms.let_go(kept=kept, at=timezone.now(), by=request.actor)
    return redirect(safe_next(request) or "/")


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request, token):
    """The page of every link alike. Looking at it, as scanners do, reads no row."""
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        user = _invited_person(request, token, form)
        if user is not None:
            # They read the page in their phone's language, and nobody has asked them yet.
            if user.language == settings.LANGUAGE_CODE:
                request.session.setdefault(CHOSEN, request.LANGUAGE_CODE)
            get_adapter(request).login(request, user)
            services.come_in_by_paper(
                user=user, at=timezone.now(), by=actor_of(request)
            )
            return redirect(home_of(user))
    response = render(request, "signin/invitation.html", {"form": form})
    # The link stays here. With no-referrer a browser would send the form without its
    # origin too, and it would be refused.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _invited_person(request, token, form):
    if not ratelimit.consume(request, action="invitation"):
        form.add_error(None, _("That was often. Wait a few minutes, then try again."))
        return None
    try:
        return accept_invitation(
            token=token,
            code=form.cleaned_data["code"],
            at=timezone.now(),
            by=request.actor,
        )
    except DoesNotOpen:
        form.add_error(
            "code", _("The link and these letters do not fit together. Look again.")
        )
        return None
