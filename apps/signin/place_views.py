"""Where I am signed in, and ending it there. For staff and clients alike."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.decorators import fresh_sign_in, signed_in, staff_only
from apps.feeds.selectors import open_feeds
from apps.signin import doors, notices, services, sign_ins
from apps.signin.models import Knock, Notice, SignIn
from apps.signin.zones import zone_of


@signed_in
@require_GET
def places(request):
    here = request.session.get(sign_ins.KEY)
    at = timezone.now()
    rows = sign_ins.places_of(request.user, at)
    knocks = Knock.objects.visible_to(request.user).waiting(at)
    context = {
        "knocks": knocks.order_by("asked_at", "pk"),
        "base": "base_desk.html" if request.user.is_staff_member else "base.html",
        "zone": zone_of(request.user),
        "notices": notices.told_to(request.user, request.session),
        "calendars": len(open_feeds(request.user, at)) if request.user.is_client else 0,
        "here": [row for row in rows if str(row.pk) == here],
        "elsewhere": [row for row in rows if str(row.pk) != here],
    }
    return render(request, "signin/places.html", context)


@signed_in
@require_POST
def say_seen(request, pk):
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    notices.say_seen(notice=notice, at=timezone.now(), by=request.actor)
    return redirect("signin:places")


@fresh_sign_in
@staff_only
@require_POST
def let_in(request, pk):
    """Another browser of mine asks to come in: it is me."""
    let = doors.let_in(
        knock=_knock(request, pk),
        user=request.user,
        at=timezone.now(),
        by=request.actor,
    )
    if let:
        messages.success(request, _("It can go on there now."))
    else:
        messages.info(request, _("That was too late. Start again there."))
    return redirect("signin:places")


@staff_only
@require_POST
def close_door(request, pk):
    """It is not me."""
    doors.close(knock=_knock(request, pk), at=timezone.now(), by=request.actor)
    messages.warning(
        request,
        _(
            "The door is closed. Somebody had a code of your mail and one of your app."
            " Change the app now, and tell whoever runs the desk for you."
        ),
    )
    return redirect("signin:ways_in")


def _knock(request, pk):
    return get_object_or_404(Knock.objects.visible_to(request.user), pk=pk)


@signed_in
@require_POST
def end_place(request, pk):
    row = get_object_or_404(SignIn.objects.visible_to(request.user), pk=pk)
    sign_ins.end(rows=[row], user=request.user, at=timezone.now(), by=request.actor)
    return _ended(request)


@signed_in
@require_POST
def end_others(request):
    services.sign_out_elsewhere(
        user=request.user,
        here=request.session.get(sign_ins.KEY),
        at=timezone.now(),
        by=request.actor,
    )
    return _ended(request)


def _ended(request):
    messages.success(request, _("Signed out there."))
    return redirect("signin:places")
