"""What is there without a network, and what keeps it there."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from apps.phone import pages, worker

# Asked for again every time, and kept by the worker.
NO_CACHE = "no-cache"


@login_not_required
@require_safe
def offline(request, language, page=pages.HOME):
    if language not in pages.LANGUAGES or page not in pages.TEMPLATES:
        raise Http404
    return HttpResponse(
        pages.render_page(request, page, language),
        headers={"Cache-Control": NO_CACHE, "Content-Language": language},
    )


@login_not_required
@require_safe
def service_worker(request):
    """At the root, so that all pages lie below it."""
    script = worker.script_at(timezone.now(), request)
    response = HttpResponse(
        script.text,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": NO_CACHE, "ETag": script.etag},
    )
    return get_conditional_response(request, etag=script.etag, response=response)
