"""The page a link opens, and the two doors of the provider of texts."""

from dataclasses import replace

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from apps.audit.actors import Actor
from apps.audit.middleware import actor_of
from apps.notifications.delivery import note_report, reported_messages
from apps.notifications.signatures import is_signed
from apps.outreach import services
from apps.outreach.links import find_link
from apps.outreach.services.answers import STOP, given_answer
from apps.outreach.wording import CHOICES, what_happens_now

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, token):
    """Looking, as scanners and previews do, changes nothing; pressing answers once."""
    at = timezone.now()
    link = find_link(token, at)
    context: dict = {"choices": CHOICES, "stop": STOP}
    if link is None:
        return _page(request, context | {"over": True}, status=404)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(link.episode.enrollment.client.language)
    if request.method == "POST":
        choice = request.POST.get("choice")
        if choice in {*dict(CHOICES), STOP}:
            by = replace(
                actor_of(request), organization_id=link.episode.organization_id
            )
            services.answer_by_link(link=link, choice=choice, at=at, by=by)
            return redirect("outreach:answer", token)
        context["unclear"] = True
    if link.answered_at is not None:
        context["thanks"] = what_happens_now(given_answer(link), at)
    return _page(request, context)


def _page(request, context, status=200):
    response = render(request, "outreach/answer.html", context, status=status)
    # The link stays here. With no-referrer a browser would send the form without its
    # origin too, and it would be refused.
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@csrf_exempt
@login_not_required
@require_POST
def sms_inbound(request):
    """A text from a phone. Nothing of it is read before its signature is."""
    if not is_signed(request):
        return HttpResponseForbidden()
    sent_from, sid = request.POST.get("From"), request.POST.get("MessageSid")
    if not sent_from or not sid:
        return HttpResponseBadRequest()
    services.receive_sms(
        from_number=sent_from,
        text=request.POST.get("Body", ""),
        provider_id=sid,
        at=timezone.now(),
        by=_provider(request),
        provider_answered="OptOutType" in request.POST,
    )
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")


@csrf_exempt
@login_not_required
@require_POST
def sms_status(request, message_id):
    """What became of a message; its id is in the address, so a lost answer is found."""
    if not is_signed(request):
        return HttpResponseForbidden()
    note_report(
        message=get_object_or_404(reported_messages(), pk=message_id),
        status=request.POST.get("MessageStatus", ""),
        provider_id=request.POST.get("MessageSid", ""),
        at=timezone.now(),
        by=_provider(request),
    )
    return HttpResponse(status=204)


def _provider(request) -> Actor:
    return Actor(source="WEB", role="PROVIDER", request_id=request.id)
