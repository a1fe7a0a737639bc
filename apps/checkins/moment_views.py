"""A hard moment: three taps, each a page of its own, then something that helps."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.decorators import client_only
from apps.care import vocabulary
from apps.care.how_to import every_how_to
from apps.care.models import Enrollment, OwnItem
from apps.care.rules import safety_words
from apps.care.rules.checkin_flow import AnswerProblem
from apps.care.services.vocabulary import program_of
from apps.checkins import services, wording
from apps.checkins.chips import (
    RIDE_IT_OUT,
    Pairs,
    helpers_in_a_moment,
    moment_skills,
    moment_triggers,
    own_labels,
    pinned,
)
from apps.checkins.endings import Skill, skill_of
from apps.checkins.models import Draft, Moment
from apps.checkins.selectors import LOOK_AGAIN, ask_in, calls_for_somebody, site_of
from apps.checkins.views import enrollment_of, hear, told_of, uuid_from
from apps.common.htmx import render_page
from apps.common.typed import typed_before

ZERO_TO_TEN = {str(number) for number in range(11)}


@client_only
@require_http_methods(["GET", "POST"])
def strength(request):
    enrollment = enrollment_of(request)
    if enrollment is None or not site_of(enrollment, timezone.now()).checkins_on:
        # Whoever has left care, or is asked nothing now, keeps the tools.
        return redirect("checkins:wave")
    craving = _number(request.POST)
    uuid = uuid_from(request.POST)
    if craving is None or uuid is None:
        return render(request, "checkins/moment_strength.html", {"uuid": uuid4()})
    if not enrollment.moments.filter(uuid=uuid).exists():
        uuid = _keep(enrollment, uuid, {"craving": craving}).uuid
    return redirect("checkins:moment_what", uuid)


@client_only
@require_http_methods(["GET", "POST"])
def what(request, uuid):
    enrollment = _enrollment_or_404(request)
    draft = _draft(enrollment, uuid)
    if draft is None:
        return redirect("checkins:moment_tool", uuid)
    at, language = timezone.now(), get_language()
    chips = moment_triggers(enrollment, language, program_of(enrollment, at))
    answer = request.POST.get("answer")
    said = {"craving": draft.answers["craving"]}
    if "skip" in request.POST:
        _keep(enrollment, uuid, said)
        return redirect("checkins:moment_try", uuid)
    if answer in dict(chips.first + chips.more):
        name = "sign" if answer.startswith("wrn.") else "trigger"
        _keep(enrollment, uuid, said | {name: answer})
        return redirect("checkins:moment_try", uuid)
    own = _own_word(request, enrollment, "triggers", at)
    if own.code:
        _keep(enrollment, uuid, said | {"trigger": own.code})
        return redirect(_moment_url("moment_try", uuid, own))
    context = {"chips": chips, "uuid": uuid, "said": draft.answers}
    return render(request, "checkins/moment_what.html", context | own.shown)


@client_only
@require_http_methods(["GET", "POST"])
def choose(request, uuid):
    """The third tap saves it; tapped twice it is saved once."""
    enrollment = _enrollment_or_404(request)
    draft = _draft(enrollment, uuid)
    if draft is None:
        return redirect("checkins:moment_tool", uuid)
    at, language = timezone.now(), get_language()
    skills = moment_skills(enrollment, language, program_of(enrollment, at))
    answer = request.POST.get("answer")
    own = _own_word(request, enrollment, "coping_used", at)
    if own.code or answer in dict(skills) or answer == RIDE_IT_OUT:
        details = {key: draft.answers[key] for key in draft.answers if key != "craving"}
        try:
            services.log_moment(
                enrollment=enrollment,
                uuid=uuid,
                craving=draft.answers["craving"],
                details=details | {"tool": own.code or answer},
                occurred_at=draft.changed_at,
                at=at,
                by=request.actor,
            )
        except services.CheckinsOff:
            return redirect("checkins:wave")
        return redirect(_moment_url("moment_tool", uuid, own))
    context = {
        "skills": skills,
        "ride_it_out": RIDE_IT_OUT,
        "uuid": uuid,
        "said": draft.answers,
        "told": told_of(request, enrollment, at),
    }
    return render(request, "checkins/moment_try.html", context | own.shown)


@client_only
@require_GET
def tool(request, uuid):
    moment = Moment.objects.of_client(request.user).filter(uuid=uuid).first()
    if moment is None:
        return redirect("checkins:moment")
    enrollment = _enrollment_or_404(request)
    at, language = timezone.now(), get_language()
    asked_at = moment.details.get("call_asked_at")
    chosen = _chosen(moment, enrollment, language)
    context = {
        "moment": moment,
        "told": told_of(request, enrollment, at),
        "chosen": chosen,
        # For the wave itself the page has its own words.
        "how_to": chosen.how_to if chosen.code != RIDE_IT_OUT else None,
        "helpers": _helpers(moment, enrollment, chosen, language),
        "ask_in": ask_in(moment, at),
        "look_again": at >= moment.occurred_at + LOOK_AGAIN,
        "after_url": reverse("checkins:moment_after", args=[uuid]),
        "offer_call": not asked_at and calls_for_somebody(moment),
        "promise": asked_at
        and wording.call_promise(enrollment, datetime.fromisoformat(asked_at)),
        "good_things": pinned(enrollment, OwnItem.Kind.PROTECTIVE, language)[:3],
    }
    return render(request, "checkins/moment_tool.html", context)


@client_only
@require_GET
def wave(request):
    """The same tool without a log: for whoever wants it now."""
    context = {"every_how_to": every_how_to(get_language())}
    return render(request, "checkins/moment_wave.html", context)


@client_only
@require_http_methods(["GET", "POST"])
def after(request, uuid):
    """One quiet question later on. Never asked twice, never needed."""
    moment = _moment_or_404(request, uuid)
    craving = _number(request.POST)
    if craving is None:
        return render_page(
            request, "checkins/moment_after.html", {"moment": moment}, partial="ask"
        )
    services.rate_moment_after(
        moment=moment, craving=craving, at=timezone.now(), by=request.actor
    )
    return redirect("checkins:moment_tool", uuid)


@client_only
@require_POST
def helped(request, uuid):
    """Beside how strong it is now: what did it. One tap, and never asked again."""
    moment = _moment_or_404(request, uuid)
    language = get_language()
    chosen = _chosen(moment, moment.enrollment, language)
    answer = request.POST.get("answer")
    if answer in dict(_helpers(moment, moment.enrollment, chosen, language)):
        services.note_what_helped(
            moment=moment, code=answer, at=timezone.now(), by=request.actor
        )
    return redirect("checkins:moment_tool", uuid)


@client_only
@require_POST
def call(request, uuid):
    moment, at = _moment_or_404(request, uuid), timezone.now()
    if not site_of(moment.enrollment, at).checkins_on:
        # Nobody would call: the numbers are there.
        return redirect("home:help")
    services.ask_for_call(moment=moment, at=at, by=request.actor)
    return redirect("checkins:moment_tool", uuid)


def _enrollment_or_404(request) -> Enrollment:
    enrollment = enrollment_of(request)
    if enrollment is None:
        raise Http404
    return enrollment


def _moment_or_404(request, uuid: UUID) -> Moment:
    moments = Moment.objects.of_client(request.user)
    return get_object_or_404(
        moments.select_related("enrollment__client", "enrollment__program__site"),
        uuid=uuid,
    )


@dataclass(frozen=True)
class OwnWord:
    """Words of their own on this page: taken under a code, or typed and not taken."""

    code: str = ""
    typed: str = ""
    problem: str = ""
    told: str = ""

    @property
    def shown(self) -> dict[str, str]:
        shown = {"typed": self.typed, "problem": self.problem}
        return shown | ({"told": self.told} if self.told else {})


def _own_word(request, enrollment: Enrollment, key: str, at: datetime) -> OwnWord:
    typed = request.POST.get("own", "")
    if "own" not in request.POST:
        kept = typed_before(request)
        return OwnWord(typed=kept.get("own", "") if kept else "")
    try:
        item = services.add_own_word(
            enrollment=enrollment, key=key, words=typed, at=at, by=request.actor
        )
    except AnswerProblem as refused:
        once = f"{request.resolver_match.kwargs['uuid']}:{key}"
        heard = hear(request, enrollment, typed, once, at)
        told = wording.reading_of(enrollment, at) if heard else ""
        return OwnWord(typed=typed, problem=refused.words(get_language()), told=told)
    return OwnWord(code=item.code, typed=typed)


def _moment_url(name: str, uuid: UUID, own: OwnWord) -> str:
    is_heard = safety_words.mentions_danger(own.typed)
    query = {"told": "1"} if is_heard else None
    return reverse(f"checkins:{name}", args=[uuid], query=query)


def _draft(enrollment: Enrollment, uuid: UUID) -> Draft | None:
    drafts = enrollment.client.drafts.filter(kind=Draft.Kind.MOMENT)
    return drafts.filter(uuid=uuid).first()


def _keep(enrollment: Enrollment, uuid: UUID, answers: dict) -> Draft:
    at = timezone.now()
    return services.save_draft(
        client=enrollment.client,
        kind=Draft.Kind.MOMENT,
        uuid=uuid,
        local_on=enrollment.client_day(at),
        answers=answers,
        at=at,
    )


def _chosen(moment: Moment, enrollment: Enrollment, language: str) -> Skill:
    """What they wanted to try; riding it out is what the page is for."""
    code = moment.details["tool"]
    if code == RIDE_IT_OUT:
        return skill_of(code, _("Ride it out"), language)
    label = vocabulary.label(code, language, own_labels(enrollment, language))
    return skill_of(code, label, language)


def _helpers(
    moment: Moment, enrollment: Enrollment, chosen: Skill, language: str
) -> Pairs:
    """What may have helped; asked once, after how strong it is now."""
    if moment.craving_after is None or "helped" in moment.details:
        return []
    program = program_of(enrollment, moment.occurred_at)
    return helpers_in_a_moment(
        enrollment, (chosen.code, chosen.label), language, program
    )


def _number(data) -> int | None:
    raw = data.get("answer", "")
    return int(raw) if raw in ZERO_TO_TEN else None
