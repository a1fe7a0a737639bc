"""A weekly review filled in beside the client, in the room or on the phone with them."""

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.care.rules import weekly_review as rules
from apps.care.rules.weekly_questions import VERSION
from apps.checkins import services
from apps.checkins.views import uuid_from
from apps.checkins.weekly_selectors import opens_next
from apps.checkins.weekly_sitting import Sitting, sit_down
from apps.common.typed import fill_in

LEFT_OUT = gettext_lazy("Left out")


class ReviewForm(forms.Form):
    """Every question in one list; what others take away is not kept."""

    def __init__(self, *args, sitting: Sitting, **kwargs):
        super().__init__(*args, **kwargs)
        for key, asked in sitting.asked.items():
            self.fields[key] = forms.ChoiceField(
                label=f"{asked.item.number}. {asked.text}",
                help_text=asked.hint,
                choices=[("", LEFT_OUT), *asked.options],
                required=False,
                initial=sitting.said.get(key),
            )
        self.fields["is_right"] = forms.BooleanField(
            label=_("We asked again, and this is right"), required=False
        )

    def clean(self):
        data = super().clean()
        said = {key: data.get(key) or None for key in self.fields if key != "is_right"}
        if not any(said.values()):
            raise forms.ValidationError(_("Answer at least one question."))
        self.answers = rules.clean(said)
        # Asked once, and never in the way.
        if not data.get("is_right"):
            for key, whole in rules.doubts(self.answers):
                number = self.fields[whole].label.split(".")[0]
                self.add_error(
                    key,
                    _("Did we get this right? It is more than in %(number)s.")
                    % {"number": number},
                )
        return data


@staff_only
@require_http_methods(["GET", "POST"])
def weekly(request, client_id):
    at = timezone.now()
    enrollment = _enrollment(request, client_id, at)
    # Read aloud: in the client's words, not in those of the desk.
    sitting = sit_down(enrollment, at, enrollment.client.language)
    if sitting is None:
        context = {"enrollment": enrollment, "opens_on": opens_next(enrollment, at)}
        return render(request, "desk/weekly.html", context)
    # Not that of a draft: what the client has begun stays theirs.
    uuid = uuid_from(request.POST) or uuid4()
    form = ReviewForm(request.POST or None, sitting=sitting)
    if form.is_valid():
        services.submit_review(
            enrollment=enrollment,
            uuid=uuid,
            answers=form.answers,
            occurred_at=at,
            language=sitting.language,
            question_set=VERSION,
            wording=sitting.wording,
            with_staff=request.user,
            at=at,
            by=request.actor,
        )
        messages.success(request, _("Saved."))
        return redirect("desk:client", client_id)
    with transaction.atomic():
        record(
            action="desk.client_read",
            at=at,
            by=request.actor,
            subject=enrollment.client,
            client_id=enrollment.client_id,
        )
    context = {
        "enrollment": enrollment,
        "sitting": sitting,
        "uuid": uuid,
        "form": fill_in(request, form),
        "is_doubtful": form.is_bound,
    }
    return render(request, "desk/weekly.html", context)


def _enrollment(request, client_id, at) -> Enrollment:
    """The running episode of that client on this person's caseload, or 404."""
    found = (
        Enrollment.objects.on_caseload_of(request.user, at)
        .active()
        .filter(client=client_id)
        .select_related("client", "program__site")
        .first()
    )
    if found is None:
        raise Http404
    return found
