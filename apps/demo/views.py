"""Sign in as anybody of the demonstration. Mounted in demonstration mode only."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.demo import cast
from apps.signin import proof


@login_not_required
@require_GET
def people(request):
    return render(
        request,
        "demo/people.html",
        {"clients": cast.client_groups(), "staff": cast.staff_groups()},
    )


@login_not_required
@require_POST
def sign_in(request, user_id):
    user = get_object_or_404(cast.players(), pk=user_id)
    get_adapter(request).login(request, user)
    # They are made up, and nobody has their keys.
    proof.play(request.session)
    return redirect("desk:board" if user.is_staff_member else "home:today")
