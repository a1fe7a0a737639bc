"""The page that asks whether it is still the same person, and goes on to where they were."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import signed_in, takes_secrets
from apps.signin import codes, factors, proof, services, still_you
from apps.signin.factor_forms import StepForm
from apps.signin.factor_views import takes_code
from apps.signin.forms import CodeForm
from apps.signin.ways_on import landing, with_next


@takes_secrets
@signed_in
@require_http_methods(["GET", "POST"])
def ask(request):
    user, at = request.user, timezone.now()
    if proof.is_fresh(request.session, user, at):
        return redirect(landing(request))
    answer = _of_staff(request) if user.is_staff_member else _of_client(request, at)
    if not isinstance(answer, dict):
        return answer
    answer["base"] = "base_public.html" if user.is_staff_member else "base.html"
    kinds = {row.type for row in factors.factors_of(user)}
    answer["has_passkey"] = factors.PASSKEY in kinds
    return render(request, "signin/still_you.html", answer)


def _of_staff(request):
    form = StepForm(request.POST or None)
    if form.is_valid() and takes_code(request, form):
        return redirect(landing(request))
    return {"form": form}


def _of_client(request, at):
    if "to" in request.POST:
        return _send(request)
    process = still_you.pending(request)
    if process is None:
        return {"ways": still_you.ways_of(request.user)}
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            still_you.give_code(
                request,
                process,
                code=form.cleaned_data["code"],
                at=at,
                by=request.actor,
            )
        except codes.NotTheCode as refusal:
            services.note_refusal(user=request.user, at=at, by=request.actor)
            if isinstance(refusal, codes.CodeIsOver):
                messages.warning(request, _("That code is over. Ask for a new one."))
                return redirect(with_next(request, "signin:still_you"))
            form.add_error(
                "code", _("That is not the code we sent. Look again, then type it.")
            )
        else:
            return redirect(landing(request))
    return {"form": form, "ways": still_you.ways_of(request.user)}


def _send(request):
    try:
        still_you.send(request, request.POST["to"])
    except codes.TooOften:
        messages.warning(request, _("Wait a few minutes before you ask again."))
    return redirect(with_next(request, "signin:still_you"))
