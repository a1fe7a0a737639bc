from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect

# A way back is sent in a header, quoted; proxies refuse headers that are much longer.
LONGEST_WAY_BACK = 500


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every page asks for a sign-in unless its view says otherwise.

    htmx follows a redirect and would swap the sign-in page into a card, so it is told to
    leave the page instead. What was sent by POST cannot be gone back to, but the page it
    was sent from can.
    """

    def handle_no_permission(self, request, view_func):
        back = None
        if request.htmx:
            back = request.htmx.current_url_abs_path
        elif request.method in ("GET", "HEAD"):
            back = request.get_full_path()
        else:
            back = getattr(request, "way_back", None)
        # The front door is where people come to anyway.
        names_a_page = back not in (None, "/") and len(back) <= LONGEST_WAY_BACK
        field = self.get_redirect_field_name(view_func) if names_a_page else None
        login_url = self.get_login_url(view_func)
        response = redirect_to_login(back, login_url, field)  # type: ignore[arg-type]
        return HttpResponseClientRedirect(response.url) if request.htmx else response


class PersonLanguageMiddleware:
    """A signed-in person's own language wins over the browser's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
