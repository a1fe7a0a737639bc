"""Bring something to the group: the client's choice alone, one tap, and back in one."""

from datetime import date

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import client_only
from apps.care.models import Enrollment
from apps.home import bringing
from apps.sessions import services, wording
from apps.sessions.models import Topic
from apps.sessions.topics import few_in, next_group, topics_of


@client_only
@require_http_methods(["GET", "POST"])
def bring(request):
    """The answers of one day; each with what the leader will read when it is brought."""
    at = timezone.now()
    enrollment = _enrollment(request)
    on = _day(request, enrollment, at)
    day = bringing.day_of(enrollment, on)
    offers, own = bringing.offers_of(day, enrollment, get_language())
    words, problem = "", ""
    if request.method == "POST":
        content = bringing.content_of(request.POST.get("topic", ""), offers)
        words = _typed(request, own)
        if "no" in request.POST:
            return redirect(_back(on))
        if content is None and words:
            if len(words) > bringing.MOST_LETTERS:
                problem = _("Keep it to %(most)s letters or fewer.") % {
                    "most": bringing.MOST_LETTERS
                }
            elif request.POST.get("sure") == words:
                # The second tap: what was shown is what goes.
                content = {"words": words}
        if content is not None:
            _bring(request, enrollment, content, at)
            return redirect(_back(on))
    room = next_group(enrollment, at)
    mine = topics_of(enrollment, at, get_language())
    there = {each.words for each in mine if each.group_session == room}
    context = {
        "on": on,
        "is_today": on == enrollment.client_day(at),
        "offers": [pair for pair in offers if pair[1] not in there],
        "own": [pair for pair in own if pair[1] not in there],
        "room": room,
        "when": _when(room, at) if room else "",
        "is_small": room is not None and few_in(room),
        "brought": [(topic, _when(topic.group_session, at)) for topic in mine],
        "words": words,
        "asks_again": bool(words) and not problem,
        "problem": problem,
        "most": bringing.MOST_LETTERS,
    }
    return render(request, "home/bring.html", context)


@client_only
@require_POST
def take_back(request, pk):
    topic = get_object_or_404(Topic.objects.of_client(request.user), pk=pk)
    services.take_topic_back(topic=topic, at=timezone.now(), by=request.actor)
    messages.success(request, _("Taken back. Nobody is shown it."))
    enrollment = _enrollment(request)
    return redirect(_back(_day(request, enrollment, timezone.now())))


def _bring(request, enrollment: Enrollment, content: dict, at) -> None:
    try:
        services.bring_topic(
            enrollment=enrollment, content=content, at=at, by=request.actor
        )
    except services.NothingAhead:
        messages.warning(request, _("Nothing is planned that you could bring it to."))
    except services.EnoughTopics:
        messages.warning(
            request, _("Three is enough for one time. Take one back to bring another.")
        )


def _typed(request, own) -> str:
    """Words of their own: typed, or tapped as they stand in their own list."""
    tapped = dict(own).get(request.POST.get("topic", ""), "")
    return " ".join((request.POST.get("words") or tapped).split())


def _enrollment(request) -> Enrollment:
    found = (
        Enrollment.objects.of_client(request.user)
        .active()
        .select_related("client", "program__site")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _day(request, enrollment: Enrollment, at) -> date:
    today = enrollment.client_day(at)
    asked = request.POST.get("on") or request.GET.get("on")
    try:
        on = date.fromisoformat(asked) if asked else today
    except ValueError:
        raise Http404 from None
    if not bringing.is_near(on, today):
        raise Http404
    return on


def _when(room, at) -> str:
    return (
        f"{wording.day_words(room, at)} {wording.clock(room.starts_at, room.site.zone)}"
    )


def _back(on: date) -> str:
    return reverse("home:bring", query={"on": on.isoformat()})
