"""How a client is reached: their number and their e-mail, changed by themselves."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import client_only, fresh_sign_in, takes_secrets
from apps.signin import reaching, still_you, tasks
from apps.signin.forms import CodeForm, NewAddressForm
from apps.signin.models import AddressChange
from apps.signin.zones import zone_of


@takes_secrets
@fresh_sign_in
@client_only
@require_http_methods(["GET", "POST"])
def reach(request):
    """What we have, and the first half of changing it."""
    client, at = request.user.client, timezone.now()
    may_change = reaching.may_change(client)
    form = NewAddressForm(request.POST or None)
    if form.is_valid() and may_change:
        try:
            reaching.ask(
                request, client=client, address=form.cleaned_data["address"], at=at
            )
        except reaching.TooOften:
            form.add_error(
                None, _("That was often. Wait a few minutes, then try again.")
            )
        else:
            tasks.send_codes.delay_on_commit()
            return redirect("signin:reach_code")
    changes = AddressChange.objects.of_client(request.user).to_undo(at)
    context = {
        "form": form,
        "may_change": may_change,
        "no_phone": client.no_phone,
        "ways": still_you.ways_of(request.user),
        "changes": changes.select_related("new").order_by("-changed_at", "-pk"),
        "zone": zone_of(request.user),
    }
    return render(request, "signin/reach.html", context)


@takes_secrets
@fresh_sign_in
@client_only
@require_http_methods(["GET", "POST"])
def reach_code(request):
    """The second half: the code that was sent to the new address."""
    client, at = request.user.client, timezone.now()
    if reaching.waiting(client, at) is None:
        messages.info(request, _("Ask for a new code. The last one is over."))
        return redirect("signin:reach")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            reaching.confirm(
                client=client,
                code=form.cleaned_data["code"],
                session=request.session,
                at=at,
                by=request.actor,
            )
        except reaching.NotTheCode:
            form.add_error(
                "code", _("That is not the code we sent. Look again, then type it.")
            )
        else:
            tasks.send_codes.delay_on_commit()
            messages.success(request, _("Changed. We reach you there from now on."))
            return redirect("signin:reach")
    return render(request, "signin/reach_code.html", {"form": form})


@fresh_sign_in
@client_only
@require_POST
def put_back(request, pk):
    at = timezone.now()
    change = get_object_or_404(AddressChange.objects.of_client(request.user), pk=pk)
    if not reaching.may_change(change.client):
        raise Http404
    try:
        reaching.put_back(change=change, at=at, by=request.actor)
    except reaching.IsGone:
        messages.warning(request, _("That is too late. Tell your team."))
    else:
        messages.success(request, _("It is as it was before."))
    return redirect("signin:reach")
