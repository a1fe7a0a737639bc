"""The check-in: one question a screen, the same addresses with and without JavaScript."""

from datetime import date
from uuid import UUID, uuid4

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, push_url

from apps.accounts.decorators import client_only
from apps.care.models import Enrollment, OwnItem
from apps.care.rules import checkin_flow, safety_words
from apps.care.rules.checkin_flow import AnswerProblem
from apps.care.services.vocabulary import program_of
from apps.checkins import endings, services, wording
from apps.checkins.answering import clean_and_add, keep, send_or_keep
from apps.checkins.chips import pinned
from apps.checkins.forms import NoteForm
from apps.checkins.models import CheckinDay, Reply, Submission
from apps.checkins.selectors import (
    lines_of,
    running_enrollment,
    twice_on,
    was_sent,
)
from apps.checkins.sitting import (
    AFTER_ONE_TAP,
    KEYS,
    SLUGS,
    Screen,
    Sitting,
    answer_from,
    own_words_from,
    screen_of,
    sit_down,
)
from apps.checkins.summary import days_to_fill, summary_of
from apps.checkins.weekly_selectors import due_of
from apps.common.days import backfill_days
from apps.common.htmx import render_page
from apps.common.typed import fill_in, typed_before

OFF_NOW = _(
    "Check-ins are not open right now, so nobody would read this. Call us if it cannot wait."
)


@client_only
@require_GET
def start(request):
    at = timezone.now()
    enrollment = enrollment_of(request)
    if enrollment is None:
        return render(request, "checkins/closed.html")
    program = program_of(enrollment, at)
    if not program.site.checkins_on:
        lines = lines_of(program.site)
        return render(request, "checkins/off.html", {"lines": lines})
    on = _day_asked_for(request, enrollment, at)
    if on is None:
        return redirect("checkins:start")
    sitting = sit_down(enrollment, on, at, program=program)
    context = {
        "sitting": sitting,
        "next_url": question_url(sitting.next, on) if sitting.next else "",
        "summary": summary_of(sitting, get_language()),
        "others": days_to_fill(enrollment, on, at),
        "promise": wording.promise_of(sitting.day),
        "one_tap": _pairs("one_tap"),
        "fresh": uuid4(),
        "received": received(sitting),
        "twice": wording.twice_words(twice_on(enrollment), enrollment.client_day(at)),
        "weekly": due_of(enrollment, at),
    }
    return render(request, "checkins/start.html", context)


@client_only
@require_http_methods(["GET", "POST"])
def question(request, slug):
    at = timezone.now()
    enrollment, key = enrollment_of(request), KEYS.get(slug)
    if enrollment is None or key is None:
        raise Http404
    on = _day_asked_for(request, enrollment, at)
    if on is None:
        return redirect("checkins:start")
    uuid = uuid_from(request.POST)
    sitting = sit_down(enrollment, on, at, key=key, uuid=uuid)
    problem, tried, words = "", None, ""
    told = told_of(request, enrollment, at)
    if not sitting.is_asked(key) or (uuid and was_sent(enrollment, uuid)):
        return _onward(request, sitting)
    if request.method == "POST":
        try:
            return _taken(request, sitting, key, at)
        except AnswerProblem as refused:
            problem = refused.words(get_language())
            tried = answer_from(request.POST, key)
            words = request.POST.get("own", "")
            # Refused as a chip, and heard all the same.
            once = f"{sitting.uuid}:{key}"
            if hear(request, enrollment, words, once, at):
                told = wording.reading_of(enrollment, at)
    elif not sitting.program.site.checkins_on:
        return _to_start(request)
    elif typed := typed_before(request):
        tried, words = answer_from(typed, key), typed.get("own", "")
    screen = screen_of(sitting, key, get_language(), tried, words)
    return _asked(request, sitting, screen, told=told, problem=problem)


def _asked(request, sitting: Sitting, screen: Screen, **context):
    back = screen.back in SLUGS
    context |= {
        "sitting": sitting,
        "screen": screen,
        "path": reverse("checkins:question", args=[SLUGS[screen.key]]),
        "back_url": question_url(screen.back, sitting.on)
        if back
        else start_url(sitting.on),
    }
    return render_page(request, "checkins/question.html", context, partial="question")


def _taken(request, sitting: Sitting, key: str, at):
    """Keep one answer, with words of their own chosen at once, and go on.

    :raises AnswerProblem: for an answer that cannot be taken.
    """
    words = own_words_from(request.POST, key)
    value = clean_and_add(request, sitting, key, words, at)
    sitting = sitting.answered(key, value)
    is_heard = bool(words) and safety_words.mentions_danger(words)
    if "add" in request.POST or is_heard:
        # The same question again: what was added is chosen, and there is room for more.
        keep(sitting, at)
        return redirect(question_url(key, sitting.on, told=is_heard))
    is_sent = sitting.is_ready
    try:
        sitting = send_or_keep(request, sitting, at)
    except services.CheckinsOff:
        # Switched off meanwhile: what was answered stays until they are on again.
        keep(sitting, at)
        return _to_start(request)
    if is_sent or not request.htmx or sitting.next in (None, *AFTER_ONE_TAP):
        return _onward(request, sitting)
    # The next question comes with the answer to this one: a slow network is waited for once.
    screen = screen_of(sitting, sitting.next, get_language())
    return push_url(
        _asked(request, sitting, screen), question_url(sitting.next, sitting.on)
    )


def _to_start(request):
    url = reverse("checkins:start")
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def hear(request, enrollment: Enrollment, words: str, once: str, at) -> bool:
    return services.hear_danger(
        enrollment=enrollment, words=words, source_key=once, at=at, by=request.actor
    )


def told_of(request, enrollment: Enrollment, at) -> str:
    """Who hears of words that may mean danger, right after they were written."""
    return wording.reading_of(enrollment, at) if "told" in request.GET else ""


def _onward(request, sitting: Sitting):
    if sitting.next:
        return redirect(question_url(sitting.next, sitting.on))
    url = done_url(sitting.on)
    # The end is another page, not another question in the same place.
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@client_only
@require_POST
def one_tap(request):
    """How is today, in one tap. "Hard" is counted first and then asked about safety."""
    at = timezone.now()
    enrollment = enrollment_of(request)
    if enrollment is None:
        raise Http404
    on = _day_asked_for(request, enrollment, at)
    if on is None:
        return redirect("checkins:start")
    value = request.POST.get("answer")
    try:
        services.submit_checkin(
            enrollment=enrollment,
            uuid=uuid_from(request.POST) or uuid4(),
            answers={"one_tap": value},
            kind=Submission.Kind.ONE_TAP,
            occurred_at=at,
            local_on=on,
            language=get_language(),
            at=at,
            by=request.actor,
        )
    except (AnswerProblem, services.CheckinsOff):
        return redirect(start_url(on))
    if value == "HARD":
        return redirect(question_url("feels_safe", on))
    return redirect(done_url(on))


@client_only
@require_GET
def done(request):
    day = _day_of(request)
    if day is None:
        return redirect("checkins:start")
    form = NoteForm(initial={"text": day.note})
    return _ending(request, day, fill_in(request, form, reverse("checkins:note")))


@client_only
@require_POST
def note(request):
    day = _day_of(request)
    if day is None:
        return redirect("checkins:start")
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _ending(request, day, form)
    text = form.cleaned_data["text"]
    try:
        if text or day.note:
            _add(request, day, {"note": text})
    except services.CheckinsOff:
        form.add_error("text", OFF_NOW)
        return _ending(request, day, form)
    step = 0 if safety_words.mentions_danger(text) else None
    return redirect(done_url(day.local_on, step=step, last=step is None))


@client_only
@require_POST
def call(request):
    """The wish for a call, from one of the screens a check-in ends on."""
    day = _day_of(request)
    if day is None:
        return redirect("checkins:start")
    try:
        _add(request, day, {"contact_request": "today"})
    except services.CheckinsOff:
        return redirect("checkins:start")
    return redirect(done_url(day.local_on, last=True))


@client_only
@require_POST
def read_reply(request, pk):
    """The client has read it and puts it away."""
    reply = get_object_or_404(Reply.objects.of_client(request.user), pk=pk)
    services.mark_reply_read(reply=reply, at=timezone.now(), by=request.actor)
    return redirect("home:today")


@client_only
@require_POST
def twice(request):
    """The client has read that both check-ins of a day are kept."""
    services.mark_twice_read(
        client=request.user.client, at=timezone.now(), by=request.actor
    )
    on_the_page = request.POST.get("back") == "check-in"
    return redirect("checkins:start" if on_the_page else "home:today")


def enrollment_of(request) -> Enrollment | None:
    return running_enrollment(request.user)


def received(sitting: Sitting) -> str:
    if sitting.day is None:
        return ""
    return wording.received_words(sitting.day, sitting.enrollment.zone)


def uuid_from(data: QueryDict) -> UUID | None:
    try:
        return UUID(data.get("uuid", ""))
    except ValueError:
        return None


def question_url(key: str, on: date, *, told: bool = False) -> str:
    query = {"on": on.isoformat()} | ({"told": "1"} if told else {})
    return reverse("checkins:question", args=[SLUGS[key]], query=query)


def start_url(on: date) -> str:
    return reverse("checkins:start", query={"on": on.isoformat()})


def done_url(on: date, *, step: int | None = None, last: bool = False) -> str:
    query = {"on": on.isoformat()}
    if last:
        query["step"] = "last"
    elif step:
        query["step"] = str(step)
    return reverse("checkins:done", query=query)


def _day_asked_for(request, enrollment: Enrollment, at) -> date | None:
    """The day a page is about, today unless told; None when it is closed by now."""
    today = enrollment.client_day(at)
    asked = request.POST.get("on") or request.GET.get("on")
    try:
        on = date.fromisoformat(asked) if asked else today
    except ValueError:
        raise Http404 from None
    is_open = on in backfill_days(today) and on >= enrollment.started_on
    return on if is_open else None


def _day_of(request) -> CheckinDay | None:
    """The client's check-in that an ending is about."""
    enrollment = enrollment_of(request)
    if enrollment is None:
        return None
    on = _day_asked_for(request, enrollment, timezone.now())
    day = enrollment.checkin_days.filter(local_on=on).first()
    if day is not None:
        # With its client and site, read once.
        day.enrollment, day.client = enrollment, enrollment.client
    return day


def _add(request, day: CheckinDay, answers: dict) -> None:
    at = timezone.now()
    services.submit_checkin(
        enrollment=day.enrollment,
        uuid=uuid_from(request.POST) or uuid4(),
        answers=answers,
        occurred_at=at,
        local_on=day.local_on,
        language=get_language(),
        at=at,
        by=request.actor,
    )


def _ending(request, day: CheckinDay, form: NoteForm):
    at, language = timezone.now(), get_language()
    way = endings.way_of(day)
    # A note that could not be taken is shown again where it was written.
    step = way.place("last" if form.is_bound else request.GET.get("step", ""))
    context = {
        "day": day,
        "way": way,
        "next_url": done_url(day.local_on, step=step + 1),
        "words": endings.words_in(language),
        "form": form,
        "promise": wording.promise_of(day),
        "reading": wording.reading_of(day.enrollment, at),
        "full_url": question_url("craving_peak", day.local_on),
        "fresh": uuid4(),
    }
    screen = way.screens[step]
    if context["promise"]:
        context["lines"] = endings.lines_of(day.enrollment, at)
    if screen == "ride":
        own = pinned(day.enrollment, OwnItem.Kind.COPING, language)[:3]
        context["skills"] = endings.skills_in(own, language)
    elif screen == "thanks":
        context["one"] = endings.one_thing_of(day, way, language)
    return render(request, f"checkins/ending_{screen}.html", context)


def _pairs(key: str) -> list[tuple[str, str]]:
    options = checkin_flow.QUESTIONS[key].options
    return [(o.value, o.text.in_language(get_language())) for o in options]
