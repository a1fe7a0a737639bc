"""A client's calendars: the pages about them, and the two files a calendar reads."""

from datetime import UTC

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from apps.accounts.decorators import client_only, fresh_sign_in
from apps.common import walls
from apps.common.limits import is_allowed
from apps.feeds import limits, services
from apps.feeds.forms import FeedForm
from apps.feeds.models import CalendarFeed
from apps.feeds.selectors import barred, body_of_one, find_feed, open_feeds, title_of
from apps.sessions.selectors import own_enrollment

ICS = "text/calendar; charset=utf-8"


@login_not_required
@require_http_methods(["GET", "HEAD"])
def feed(request, token):
    """Read by a calendar. Whoever asks is nobody: the token is all the proof there is."""
    at = timezone.now()
    found = find_feed(token, at)
    if found is None:
        asker = request.META.get("REMOTE_ADDR", "")
        may_ask = is_allowed("calendar-miss", asker, limits.MISSES, at=at)
        return _nothing(404 if may_ask else 429)
    if not is_allowed("calendar", found.pk, limits.OF_A_FEED, at=at):
        return _nothing(429)
    with walls.within(found.organization_id):
        reading = services.read_feed(feed=found, at=at)
    response = _file(reading.body, "inline")
    response["ETag"] = reading.etag
    response["Last-Modified"] = http_date(reading.changed_at.timestamp())
    modified = int(reading.changed_at.timestamp())
    return _private(get_conditional_response(request, reading.etag, modified, response))


def _nothing(status: int) -> HttpResponse:
    response = HttpResponse(status=status, content_type="text/plain")
    if status == 429:
        response["Retry-After"] = "600"
    return _private(response)


def _file(body: bytes, disposition: str) -> HttpResponse:
    response = HttpResponse(body, content_type=ICS)
    response["Content-Disposition"] = f'{disposition}; filename="calendar.ics"'
    return response


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by the calendar that asked and by nothing between; its address goes nowhere."""
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@client_only
@require_GET
def one(request, session_id):
    body = body_of_one(request.user, session_id, timezone.now())
    if body is None:
        raise Http404
    return _file(body, "attachment")


@client_only
@require_GET
def mine(request):
    at = timezone.now()
    feeds = open_feeds(request.user, at)
    context = {
        "feeds": [(row, title_of(row)) for row in feeds],
        "barred": barred(request.user.client, at),
        "zone": _zone(request.user),
        "may_make": len(feeds) < services.MOST,
    }
    return render(request, "feeds/mine.html", context)


@fresh_sign_in
@client_only
@require_http_methods(["GET", "POST"])
def new(request):
    """POST makes one, shown on this answer and never again."""
    client = request.user.client
    if barred(client, timezone.now()):
        return redirect("feeds:mine")
    form = FeedForm(request.POST or None, alias=client.organization.alias)
    if form.is_valid():
        try:
            made = services.make_feed(
                client=client,
                language=request.user.language,
                at=timezone.now(),
                by=request.actor,
                **form.cleaned_data,
            )
        except services.TooMany:
            form.add_error(None, _("You have three already. Stop one of them first."))
        except services.TellingWords:
            form.add_error(
                "title", _("These words tell others what it is about. Choose others.")
            )
        else:
            return _shown(request, made)
    return render(request, "feeds/new.html", {"form": form})


@fresh_sign_in
@client_only
@require_POST
def renew(request, pk):
    row = get_object_or_404(CalendarFeed.objects.visible_to(request.user), pk=pk)
    try:
        made = services.renew(feed=row, at=timezone.now(), by=request.actor)
    except services.NotForThem:
        made = None
    return _shown(request, made) if made else redirect("feeds:mine")


def _shown(request, made: services.NewFeed):
    address = settings.PUBLIC_BASE_URL + reverse("feeds:feed", args=[made.token])
    _scheme, rest = address.split(":", 1)
    context = {
        "address": address,
        "webcal": f"webcal:{rest}",
        "until": made.feed.expires_at,
        "zone": _zone(request.user),
    }
    return render(request, "feeds/made.html", context)


def _zone(user):
    enrollment = own_enrollment(user)
    return enrollment.zone if enrollment else UTC


@client_only
@require_POST
def stop(request, pk):
    """Without asking who it is: stopping must be easier than making."""
    row = get_object_or_404(CalendarFeed.objects.visible_to(request.user), pk=pk)
    services.revoke_feed(feed=row, at=timezone.now(), by=request.actor)
    messages.success(request, _("It is stopped. Nobody can read at that address."))
    return redirect("feeds:mine")
