"""Meetings and help nearby: to look through, and to take into the own plan."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import client_only
from apps.care.models import OutsidePlace
from apps.care.rules.plan_rules import PlanProblem
from apps.care.services.enrollments import normalized_phone
from apps.home.nearby import languages_of, nearby, when_words
from apps.plans import services as plans
from apps.plans.selectors import current_plan

KINDS = OutsidePlace.Kind


@client_only
@require_http_methods(["GET", "POST"])
def near(request):
    if request.method == "POST":
        return _keep(request)
    user, at = request.user, timezone.now()
    days = [(str(day), label) for day, label in WEEKDAYS.items()]
    languages = languages_of(user)
    offered = {"kind": KINDS.choices, "day": days, "language": languages}
    # What is not offered was not chosen.
    chosen = {
        name: said
        for name, pairs in offered.items()
        if (said := request.GET.get(name)) in dict(pairs)
    }
    context = {
        "sites": nearby(user, at, chosen),
        "chosen": chosen,
        "kinds": KINDS.choices,
        "days": days,
        "languages": languages,
    }
    return render(request, "home/nearby.html", context)


def _keep(request):
    """Into the plan: as a good thing with its time, or as a number to call."""
    place = _place(request)
    if place is None:
        messages.info(request, _("It is not on the list any more."))
        return redirect("home:nearby")
    client, at = request.user.client, timezone.now()
    if request.POST.get("as") == "person" and place.phone:
        details = dict.fromkeys(("best_time", "what_to_say"), "") | {
            "name": place.name,
            "relation": place.get_kind_display(),
            "phone": normalized_phone(place.phone),
            "knows": False,
        }
        plans.add_person(client=client, details=details, at=at, by=request.actor)
        messages.success(request, _("It is with your people now."))
        return redirect("plans:people")
    newest = current_plan(client).newest
    items = newest.content.get("good_things", {}).get("items", []) if newest else []
    if any(item.get("label") == place.name for item in items):
        messages.info(request, _("It is in your plan already."))
        return redirect("home:nearby")
    item = {"code": "", "label": place.name, "when": when_words(place)[:80]}
    try:
        plans.write_section(
            client=client,
            section="good_things",
            data={"items": [*items, item]},
            at=at,
            by=request.actor,
        )
    except PlanProblem as problem:
        messages.info(request, problem.words)
    except plans.NotEditable:
        messages.info(request, _("You sent your plan. Take it back first."))
    except plans.AgreedStands:
        messages.info(request, _("This plan is agreed. Start a new version first."))
    else:
        messages.success(request, _("It is in your plan now."))
    return redirect("home:nearby")


def _place(request) -> OutsidePlace | None:
    try:
        pk = UUID(request.POST.get("place", ""))
    except ValueError:
        return None
    places = OutsidePlace.objects.visible_to(request.user).shown()
    return places.filter(pk=pk).first()
