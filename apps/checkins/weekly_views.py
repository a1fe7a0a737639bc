"""Looking back at a week: one question a screen, with and without JavaScript."""

from dataclasses import replace

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect, push_url

from apps.accounts.decorators import client_only
from apps.care.models import OwnItem
from apps.care.rules import weekly_review as rules
from apps.care.rules.checkin_flow import AnswerProblem
from apps.care.rules.weekly_questions import BY_SLUG, ITEMS, VERSION
from apps.care.rules.wording import long_day
from apps.checkins import services
from apps.checkins.chips import pinned
from apps.checkins.endings import words_in
from apps.checkins.models import Draft, WeeklyReview
from apps.checkins.selectors import site_of
from apps.checkins.views import enrollment_of, uuid_from
from apps.checkins.weekly_selectors import (
    earlier_sendings,
    opens_next,
    reviews_of,
    was_sent,
)
from apps.checkins.weekly_sitting import (
    Sitting,
    draft_of,
    lines_of,
    screen_of,
    sit_down,
)
from apps.common.htmx import render_page

WEEKS_LISTED = 12
STRONG = 3


@client_only
@require_GET
def start(request):
    at = timezone.now()
    enrollment = enrollment_of(request)
    sitting = _sitting(enrollment, at) if enrollment else None
    is_off = bool(enrollment and not site_of(enrollment, at).checkins_on)
    context = {
        "sitting": sitting,
        "is_off": is_off,
        "next_url": _url(sitting.next) if sitting and sitting.next else "",
        "until": long_day(sitting.due.until, get_language()) if sitting else "",
        "is_begun": bool(sitting and sitting.given),
        "opens_on": opens_next(enrollment, at) if enrollment and not sitting else None,
        "reviews": reviews_of(request.user.client, WEEKS_LISTED),
    }
    return render(request, "checkins/weekly_start.html", context)


@client_only
@require_http_methods(["GET", "POST"])
def question(request, slug):
    at = timezone.now()
    enrollment, key = enrollment_of(request), BY_SLUG.get(slug)
    if enrollment is None or key is None:
        raise Http404
    sitting = _sitting(enrollment, at, request)
    if sitting is None:
        return redirect("checkins:weekly")
    if key not in rules.visible(sitting.answers) or _was_sent(request, sitting):
        return _onward(request, sitting)
    problem = ""
    if request.method == "POST":
        try:
            sitting = _take(request, sitting, key, at)
        except AnswerProblem as refused:
            problem = refused.words(get_language())
        else:
            if not request.htmx or not sitting.next:
                return _onward(request, sitting)
            # The next question comes with the answer to this one.
            return push_url(_asked(request, sitting, sitting.next), _url(sitting.next))
    return _asked(request, sitting, key, problem)


def _asked(request, sitting: Sitting, key: str, problem: str = ""):
    screen = screen_of(sitting, key)
    context = {
        "sitting": sitting,
        "screen": screen,
        "problem": problem,
        "path": _url(key),
        "back_url": _url(screen.back) if screen.back else reverse("checkins:weekly"),
    }
    return render_page(
        request, "checkins/weekly_question.html", context, partial="question"
    )


@client_only
@require_http_methods(["GET", "POST"])
def check(request):
    """ "Did we get this right?" about answers that do not go together."""
    at = timezone.now()
    enrollment = enrollment_of(request)
    if enrollment is None:
        raise Http404
    sitting = _sitting(enrollment, at, request)
    if sitting is None or not sitting.given or sitting.next:
        return redirect("checkins:weekly")
    if request.method == "POST" or not sitting.doubts:
        if request.method == "POST" and not _was_sent(request, sitting):
            _send(request, sitting, at)
        return redirect("checkins:weekly_done")
    asked = sitting.asked
    pairs = [
        [
            (asked[key].text, asked[key].said(sitting.answers[key]), _url(key))
            for key in reversed(doubt)
        ]
        for doubt in sitting.doubts
    ]
    context = {"sitting": sitting, "pairs": pairs}
    return render(request, "checkins/weekly_check.html", context)


@client_only
@require_GET
def done(request):
    enrollment = enrollment_of(request)
    sitting = _sitting(enrollment, timezone.now()) if enrollment else None
    review = sitting.due.answered if sitting else None
    if review is None:
        return redirect("checkins:weekly")
    language = get_language()
    answers = review.answers
    context = {
        "review": review,
        "words": words_in(language),
        "pinned": pinned(enrollment, OwnItem.Kind.COPING, language)[:3],
        "used": bool(answers.get("alcohol") or answers.get("drugs")),
        "strong": (answers.get("cravings") or 0) >= STRONG,
    }
    return render(request, "checkins/weekly_done.html", context)


@client_only
@require_GET
def past(request, pk):
    reviews = WeeklyReview.objects.of_client(request.user)
    review = get_object_or_404(reviews.select_related("wording"), pk=pk)
    enrollment = enrollment_of(request)
    sitting = _sitting(enrollment, timezone.now()) if enrollment else None
    is_open = bool(
        sitting and sitting.due.answered and sitting.due.answered.pk == review.pk
    )
    context = {
        "review": review,
        "lines": lines_of(review),
        "is_open": is_open,
        "earlier": earlier_sendings(review),
    }
    return render(request, "checkins/weekly_past.html", context)


def _sitting(enrollment, at, request=None) -> Sitting | None:
    if not site_of(enrollment, at).checkins_on:
        return None
    uuid = uuid_from(request.POST) if request else None
    return sit_down(enrollment, at, get_language(), uuid)


def _was_sent(request, sitting: Sitting) -> bool:
    """The form of a page that was sent before: pressed twice, or an old tab."""
    return was_sent(sitting.enrollment, uuid_from(request.POST))


def _take(request, sitting: Sitting, key: str, at) -> Sitting:
    """Keep one answer; send them when nothing is left to ask or to look at again.

    :raises AnswerProblem: for an answer that cannot be taken.
    """
    raw = None if "skip" in request.POST else request.POST.get("answer", "")
    sitting = sitting.answered(key, rules.clean_answer(key, raw))
    if sitting.next is None and not sitting.doubts:
        _send(request, sitting, at)
    else:
        draft = services.save_draft(
            client=sitting.enrollment.client,
            kind=Draft.Kind.WEEKLY,
            uuid=sitting.uuid,
            local_on=sitting.due.on,
            answers=draft_of(sitting),
            at=at,
        )
        # What was begun may have got another number.
        sitting = replace(sitting, uuid=draft.uuid)
    return sitting


def _send(request, sitting: Sitting, at) -> None:
    services.submit_review(
        enrollment=sitting.enrollment,
        uuid=sitting.uuid,
        answers=sitting.answers,
        occurred_at=at,
        language=sitting.language,
        question_set=VERSION,
        wording=sitting.wording,
        at=at,
        by=request.actor,
    )


def _onward(request, sitting: Sitting):
    if sitting.next:
        return redirect(_url(sitting.next))
    doubtful = bool(sitting.given and sitting.doubts)
    url = reverse("checkins:weekly_check" if doubtful else "checkins:weekly_done")
    # Another page, not another question in the same place.
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _url(key: str) -> str:
    return reverse("checkins:weekly_question", args=[ITEMS[key].slug])
