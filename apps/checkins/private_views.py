"""Notes that are a client's own. Nothing here tells anybody anything."""

from uuid import uuid4

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import client_only
from apps.care.models import Enrollment
from apps.care.rules import safety_words
from apps.checkins import services
from apps.checkins.endings import words_in
from apps.checkins.models import PrivateNote
from apps.checkins.private_forms import PrivateNoteForm
from apps.checkins.private_pages import notes_of, shown_of
from apps.checkins.views import uuid_from
from apps.common.typed import fill_in


@client_only
@require_http_methods(["GET", "POST"])
def notes(request):
    """What they wrote, and room for more."""
    form = PrivateNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.write_private_note(
            client=request.user.client,
            uuid=uuid_from(request.POST) or uuid4(),
            at=timezone.now(),
            **form.cleaned_data,
        )
        return redirect(reverse("checkins:mine") + "#written")
    found = notes_of(request.user, _page(request))
    context = {
        "notes": found,
        "zone": _zone(request),
        "uuid": request.POST.get("uuid") or uuid4(),
        "form": fill_in(request, form),
        "helps": found.mentions_danger or _mentions_danger(form),
    }
    return render(request, "checkins/mine.html", context | _for_all())


@client_only
@require_http_methods(["GET", "POST"])
def note(request, pk):
    own = get_object_or_404(PrivateNote.objects.of_client(request.user), pk=pk)
    shown = shown_of(own)
    said = {"text": shown.text, "craving": shown.craving}
    form = PrivateNoteForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        services.change_private_note(note=own, at=timezone.now(), **form.cleaned_data)
        # Somebody may have written it just now: its own page shows help again.
        if _mentions_danger(form):
            return redirect("checkins:mine_note", pk)
        return redirect(reverse("checkins:mine") + "#written")
    context = {
        "note": shown,
        "zone": _zone(request),
        "form": fill_in(request, form),
        "helps": shown.mentions_danger or _mentions_danger(form),
    }
    return render(request, "checkins/mine_note.html", context | _for_all())


@client_only
@require_POST
def erase(request, pk):
    own = get_object_or_404(PrivateNote.objects.of_client(request.user), pk=pk)
    services.erase_private_note(note=own, at=timezone.now())
    return redirect("checkins:mine")


def _page(request) -> int:
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and int(asked[:6]) > 0):
        raise Http404
    return int(asked[:6])


def _mentions_danger(form: PrivateNoteForm) -> bool:
    """Also of words that could not be kept: too long a note is no less of a cry for help."""
    return form.is_bound and safety_words.mentions_danger(form.data.get("text", ""))


def _zone(request):
    """Their own clock, also of somebody whose care is over."""
    own = Enrollment.objects.of_client(request.user).order_by("-started_on", "-pk")
    newest = own.select_related("client", "program__site").first()
    return newest.zone if newest is not None else None


def _for_all() -> dict:
    return {
        "words": words_in(get_language()),
        "danger": safety_words.PATTERN.pattern,
    }
