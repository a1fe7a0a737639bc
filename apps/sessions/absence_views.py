"""A client cannot come to one time: say so in one tap, and find another."""

from contextlib import contextmanager
from uuid import uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.decorators import client_only
from apps.sessions import services
from apps.sessions.absent import page_of
from apps.sessions.forms import AbsenceForm, InsteadForm
from apps.sessions.models import GroupSession, Wait
from apps.sessions.selectors import own_of, room_in


@client_only
@require_GET
def instead(request, session_id):
    at = timezone.now()
    enrollment, mine = _mine(request, session_id)
    context = {"page": page_of(enrollment, mine, at), "uuid": uuid4()}
    return render(request, "sessions/instead.html", context)


@client_only
@require_POST
def not_coming(request, session_id):
    """Once, and a second time with the reason for whoever wants to give one."""
    at = timezone.now()
    enrollment, mine = _mine(request, session_id)
    form = AbsenceForm(request.POST)
    with _words(request):
        if not form.is_valid():
            raise services.NotExpected
        services.cannot_come(
            enrollment=enrollment,
            group_session=mine,
            at=at,
            by=request.actor,
            **form.cleaned_data,
        )
    return redirect("sessions:instead", session_id)


@client_only
@require_POST
def coming(request, session_id):
    at = timezone.now()
    enrollment, mine = _mine(request, session_id)
    with _words(request):
        services.come_after_all(
            enrollment=enrollment, group_session=mine, at=at, by=request.actor
        )
        messages.success(request, _("Good. Your seat is yours again."))
        return redirect("sessions:schedule")
    return redirect("sessions:instead", session_id)


@client_only
@require_POST
def take(request, session_id):
    at = timezone.now()
    enrollment, mine = _mine(request, session_id)
    form = InsteadForm(request.POST)
    with _words(request):
        services.take_open_seat(
            enrollment=enrollment,
            group_session=_room(request, form),
            instead_of=mine,
            at=at,
            by=request.actor,
        )
        messages.success(request, _("It's yours. You find it in your week."))
    return redirect("sessions:instead", session_id)


@client_only
@require_POST
def wait(request, session_id):
    at = timezone.now()
    enrollment, mine = _mine(request, session_id)
    form = InsteadForm(request.POST)
    with _words(request):
        room = _room(request, form)
        services.check_offered(enrollment, room, mine, at)
        services.wait_for_seat(
            enrollment=enrollment,
            group_session=room,
            makes_up=mine,
            uuid=form.cleaned_data["uuid"],
            at=at,
            by=request.actor,
        )
    return redirect("sessions:instead", session_id)


@client_only
@require_POST
def ask(request, session_id):
    """The team looks for another time."""
    at = timezone.now()
    enrollment, mine = _mine(request, session_id)
    with _words(request):
        services.ask_for_makeup(
            enrollment=enrollment, instead_of=mine, at=at, by=request.actor
        )
    return redirect("sessions:instead", session_id)


@client_only
@require_POST
def kept(request, wait_id):
    """A seat is kept for them: yes, or let it go."""
    at = timezone.now()
    waits = Wait.objects.of_client(request.user).select_related("group_session")
    place = get_object_or_404(waits, pk=wait_id)
    with _words(request):
        if request.POST.get("answer") == "yes":
            services.take_offer(wait=place, at=at, by=request.actor)
            messages.success(request, _("It's yours. You find it in your week."))
        else:
            services.let_go(wait=place, at=at, by=request.actor)
            messages.info(request, _("Thank you. It is free for others now."))
    return redirect("home:today")


def _mine(request, session_id):
    found = own_of(request.user, session_id)
    if found is None:
        raise Http404
    return found


def _room(request, form: InsteadForm) -> GroupSession:
    if not form.is_valid():
        raise services.NotOffered
    room = room_in(request.user.organization_id, form.cleaned_data["room"])
    if room is None:
        raise services.NotOffered
    return room


@contextmanager
def _words(request):
    """What could not be done, in words; the page that follows shows what can."""
    try:
        yield
    except services.NoSeatLeft:
        messages.warning(request, _("That seat was just taken. Here is what is open."))
    except services.MadeUp:
        messages.info(request, _("You have another time for this one already."))
    except services.AskedOfStaff:
        messages.info(request, _("Your team finds another time with you. Ask below."))
    except (services.SessionCancelled, services.RosterClosed):
        messages.info(request, _("That time is over or not held. Look at your week."))
    except (services.NotExpected, services.NotOffered):
        messages.info(request, _("That has changed meanwhile. Look at your week."))
