"""The people of the house: inviting, what they do here, the door, and the end of it."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from apps.accounts.decorators import fresh_sign_in, staff_only
from apps.audit.services import record
from apps.care.services.invitations import invite_staff
from apps.care.services.staffing import LastAdmin, LastRole, give_role, take_role
from apps.common.squares import square_of
from apps.common.typed import fill_in
from apps.signin import doors, services
from apps.signin import staff as people
from apps.signin.staff_forms import NewPersonForm, RoleForm
from apps.signin.zones import zone_of


@staff_only
@require_GET
def staff(request):
    at = timezone.now()
    found = people.of_house(request.user, at)
    with transaction.atomic():
        record(action="accounts.staff_read", at=at, by=request.actor)
    context = {
        "people": found,
        "knocking": [one for one in found if one.knocks],
        "may_manage": people.may_manage(request.user),
        "zone": zone_of(request.user),
    }
    return render(request, "signin/staff.html", context)


@staff_only
@require_GET
def member(request, pk):
    return _page(request, people.one_of_house(request.user, pk, timezone.now()))


def _page(request, person, form=None):
    context = {
        "person": person,
        "is_me": person.user == request.user,
        "form": form or RoleForm(sites=people.sites_of(request.user)),
        "may_manage": people.may_manage(request.user),
        "zone": zone_of(request.user),
    }
    return render(request, "signin/staff_member.html", context)


@fresh_sign_in
@staff_only
@require_http_methods(["GET", "POST"])
def new(request):
    """Name, e-mail, role, site. The way in is shown on this answer and never again."""
    at, sites = timezone.now(), people.sites_of(request.user)
    form = fill_in(request, NewPersonForm(request.POST or None, sites=sites))
    if request.method == "POST" and form.is_valid():
        try:
            handout = people.invite_new(
                **form.cleaned_data, by_user=request.user, at=at, by=request.actor
            )
        except people.Taken:
            form.add_error("email", _("This e-mail is in use already."))
        else:
            return _show(request, handout)
    return render(request, "signin/staff_new.html", {"form": form})


@fresh_sign_in
@staff_only
@require_POST
def again(request, pk):
    """A new paper for somebody who has not come in yet; the one from before is over."""
    at = timezone.now()
    person = people.one_of_house(request.user, pk, at)
    if person.state != "INVITED":
        return redirect("signin:staff_member", pk)
    return _show(request, invite_staff(staff=person.user, at=at, by=request.actor))


def _show(request, handout):
    path = reverse("signin:invitation", args=[handout.token])
    link = f"{settings.PUBLIC_BASE_URL}{path}"
    context = {
        "handout": handout,
        "link": link,
        "square": square_of(link),
        "zone": zone_of(request.user),
    }
    return render(request, "signin/staff_invited.html", context)


@fresh_sign_in
@staff_only
@require_POST
def give(request, pk):
    at = timezone.now()
    person = people.one_of_house(request.user, pk, at)
    form = RoleForm(request.POST, sites=people.sites_of(request.user))
    if not form.is_valid():
        return _page(request, person, form)
    give_role(user=person.user, **form.cleaned_data, at=at, by=request.actor)
    messages.success(request, _("Written down. It counts at once."))
    return redirect("signin:staff_member", pk)


@fresh_sign_in
@staff_only
@require_POST
def take(request, pk, role_id):
    at = timezone.now()
    person = people.one_of_house(request.user, pk, at)
    for role in person.roles:
        if role.pk == role_id:
            _take(request, role, at)
    return redirect("signin:staff_member", pk)


def _take(request, role, at):
    try:
        take_role(role=role, at=at, by=request.actor)
    except LastAdmin:
        messages.warning(
            request, _("Nobody else runs the house. Make somebody else an admin first.")
        )
    except LastRole:
        messages.warning(
            request, _("That is all they do here. If they are leaving, end it below.")
        )
    else:
        messages.success(request, _("Written down. It counts at once."))


@fresh_sign_in
@staff_only
@require_POST
def let_in(request, pk, knock_id):
    """A colleague waits at the door, and whoever taps this knows that it is them."""
    at = timezone.now()
    person = people.one_of_house(request.user, pk, at)
    waiting = people.waiting_elsewhere(request.user, at).exclude(user=request.user)
    knock = get_object_or_404(waiting, pk=knock_id, user=person.user)
    doors.let_in(knock=knock, user=request.user, at=at, by=request.actor)
    messages.success(request, _("They can go on there now."))
    return redirect("signin:staff_member", pk)


@fresh_sign_in
@staff_only
@require_POST
def reset(request, pk):
    """Phone, keys and paper are lost."""
    at = timezone.now()
    person = people.one_of_house(request.user, pk, at)
    if person.state == "HERE" and person.user != request.user:
        services.reset_ways_in(user=person.user, at=at, by=request.actor)
        messages.success(
            request, _("They are signed out and set up a new way in when they come.")
        )
    return redirect("signin:staff_member", pk)


@fresh_sign_in
@staff_only
@require_http_methods(["GET", "POST"])
def end(request, pk):
    """They work here no more: everything of theirs ends in one step."""
    at = timezone.now()
    person = people.one_of_house(request.user, pk, at)
    if person.user == request.user or person.state == "ENDED":
        return redirect("signin:staff_member", pk)
    if request.method == "GET":
        return render(request, "signin/staff_end.html", {"person": person})
    try:
        named = people.end(user=person.user, at=at, by=request.actor)
    except LastAdmin:
        messages.warning(
            request, _("Nobody else runs the house. Make somebody else an admin first.")
        )
        return redirect("signin:staff_member", pk)
    messages.success(request, _("They are signed out everywhere and cannot come back."))
    if named:
        messages.warning(
            request,
            ngettext(
                "They are still named on %(n)s record. Hand it over today.",
                "They are still named on %(n)s records. Hand them over today.",
                named,
            )
            % {"n": named},
        )
    return redirect("signin:staff")
