"""A client's passkeys: the lock of their phone signs them in. Codes go on working."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import client_only, fresh_sign_in, takes_secrets
from apps.signin import factors, locks, passkeys, sign_ins
from apps.signin.factor_forms import CredentialForm
from apps.signin.zones import zone_of


@takes_secrets
@fresh_sign_in
@client_only
@require_http_methods(["GET", "POST"])
def keys(request):
    """See them, and make one of this phone."""
    user, form = request.user, CredentialForm(request.POST or None)
    if form.is_valid() and _may_have(user):
        credential = form.cleaned_data["credential"]
        try:
            passkeys.check_new(credential)
        except passkeys.DoesNotFit:
            form.add_error(None, _("That did not work. Try again."))
        else:
            user_agent = request.headers.get("User-Agent", "")
            factors.add_passkey(
                user=user,
                # The rough kind and no more, as with sign-ins.
                name=sign_ins.device_of(user_agent),
                credential=credential,
                at=timezone.now(),
                by=request.actor,
            )
            messages.success(request, _("Done. You can sign in with it from now on."))
            return redirect("signin:keys")
    rows = [row for row in factors.factors_of(user) if row.type == factors.PASSKEY]
    context = {
        "form": form,
        "keys": [(row, sign_ins.name_of(row.data["name"])) for row in rows],
        "may_have": _may_have(user),
        "zone": zone_of(user),
    }
    return render(request, "signin/keys.html", context)


def _may_have(user) -> bool:
    """Nothing of theirs stays on a phone that somebody else reads."""
    return not user.client.monitored_phone


@fresh_sign_in
@client_only
@require_POST
def new_key(request):
    if not _may_have(request.user):
        raise Http404
    return JsonResponse(passkeys.ask_for_new(request.user))


@fresh_sign_in
@client_only
@require_POST
def remove_key(request, pk):
    locks.remove_key(user=request.user, pk=pk, at=timezone.now(), by=request.actor)
    messages.success(request, _("It opens nothing any more."))
    return redirect("signin:keys")
