from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def render_page(request, template, context, *, partial, status=200):
    """Render the page, or just ``partial`` of it when htmx is about to swap it in."""
    # Restoring history is htmx too, and so is a boosted form, but they replace the whole body.
    swap = request.htmx and not (
        request.htmx.history_restore_request or request.htmx.boosted
    )
    name = f"{template}#{partial}" if swap else template
    response = render(request, name, context, status=status)
    patch_vary_headers(
        response, ["HX-Request", "HX-History-Restore-Request", "HX-Boosted"]
    )
    return response
