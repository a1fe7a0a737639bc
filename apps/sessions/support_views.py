""" "I'd like more or less support": asked on one small page, answered by a person."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import client_only
from apps.care.models import LevelAsk
from apps.care.services.asks import NotInCare, ask_about_level
from apps.common.typed import fill_in
from apps.sessions.selectors import own_enrollment
from apps.sessions.support_forms import SupportForm
from apps.sessions.ways import ask_words, promise, way_of


@client_only
@require_http_methods(["GET", "POST"])
def support(request):
    at = timezone.now()
    enrollment = own_enrollment(request.user)
    if enrollment is None:
        return redirect("sessions:schedule")
    form = SupportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_about_level(
                enrollment=enrollment, at=at, by=request.actor, **form.cleaned_data
            )
        except NotInCare:
            messages.info(request, _("You can ask once your time with us begins."))
        else:
            thanks = _("Thank you for saying so.")
            words = promise(asked.ask, at, enrollment.program.site.zone)
            messages.success(request, f"{thanks} {words}")
        return redirect("sessions:schedule")
    context = {
        "form": fill_in(request, form),
        "wishes": LevelAsk.Wish.choices,
        "asked": ask_words(enrollment, at),
        "way": way_of(enrollment, at),
    }
    return render(request, "sessions/support.html", context)
