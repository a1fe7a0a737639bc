from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def favicon(request):
    """Browsers ask here on answers that name no icon, such as a plain error."""
    return redirect(static("icons/favicon.svg"))
