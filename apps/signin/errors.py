from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django_htmx.http import HttpResponseClientRedirect

from apps.common.typed import KeptForm
from apps.signin import late_forms, way_back
from apps.signin.middleware import KEPT, keep_for, whose_page


def csrf_failure(request, reason=""):
    """The form stood open too long, or came from another site. Nothing was changed.

    Whose form it is, its old token says. To the same person it is shown again; for anybody
    else it is kept, and whoever is here now learns nothing of it.
    """
    owner = whose_page(request) if _is_form_of_people(request) else None
    if owner is None or not late_forms.fields_of(request.POST):
        return _page(request, {})
    if owner != request.user:
        keep_for(request, owner)
        return _page(request, {"is_kept": True})
    if request.htmx:
        # A part of a page cannot show it: the page comes anew, with it filled in.
        keep_for(request, owner)
        request.session[KEPT] = True
        return HttpResponseClientRedirect(way_back.page_of(request))
    data = request.POST.copy()
    data.pop(late_forms.TOKEN_FIELD, None)
    page = way_back.page_of(request)
    return _page(request, {"kept": KeptForm(None, request.get_full_path(), page, data)})


def _is_form_of_people(request) -> bool:
    try:
        view = resolve(request.path).func
    except Resolver404:
        return False
    return way_back.takes_forms_of_people(request, view)


def _page(request, context) -> HttpResponse:
    return render(request, "403_csrf.html", context, status=403)
