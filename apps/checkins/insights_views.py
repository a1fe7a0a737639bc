"""Pages on which clients look back: how it has been, and their own check-ins by month."""

import re
from datetime import date

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from apps.accounts.decorators import client_only
from apps.care.models import Enrollment
from apps.care.rules import insights as rules
from apps.checkins import insights as reading
from apps.checkins.chips import own_labels
from apps.checkins.history import month_of
from apps.checkins.models import CheckinDay, Moment

MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@client_only
@require_GET
def insights(request):
    """What they said stays theirs to look at, also when the time with us is over."""
    enrollment = reading.latest_of(request.user)
    if enrollment is None:
        return render(request, "checkins/closed.html")
    at, language = timezone.now(), get_language()
    long = request.GET.get("days") == str(rules.LONG)
    days = CheckinDay.objects.of_client(request.user)
    moments = Moment.objects.of_client(request.user)
    facts = reading.facts_of(
        days, moments, today=enrollment.client_day(at), zone=enrollment.zone
    )
    found = reading.insights_of(
        facts,
        length=rules.LONG if long else rules.SHORT,
        language=language,
        own=own_labels(enrollment),
    )
    shown_up = reading.shown_up(days, moments)
    context = {
        "insights": found,
        "is_long": long,
        "numbers": reading.numbers_words(found.numbers),
        "shown_up": shown_up and reading.shown_up_words(shown_up),
        "can_check_in": enrollment.state == Enrollment.State.ACTIVE,
    }
    return render(request, "checkins/insights.html", context)


@client_only
@require_GET
def history(request):
    enrollment = reading.latest_of(request.user)
    if enrollment is None:
        return render(request, "checkins/closed.html")
    today = enrollment.client_day(timezone.now())
    month = month_of(
        request.user,
        enrollment,
        _month_from(request.GET.get("month", ""), today),
        today=today,
        language=get_language(),
    )
    return render(request, "checkins/history.html", {"month": month, "today": today})


def _month_from(text: str, today: date) -> date:
    """Any month that was; this one when it is none."""
    if asked := MONTH.fullmatch(text):
        try:
            month = date(int(asked[1]), int(asked[2]), 1)
        except ValueError:
            return today
        return min(month, today)
    return today
