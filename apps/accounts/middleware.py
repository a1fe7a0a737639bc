from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts import policy
from apps.accounts.policy import Across
from apps.common import walls

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


class WallMiddleware:
    """A request sees the rows of the organization of whoever is signed in, and no others.

    A visitor sees nobody's, but where the policy says that the page finds whose record it
    is (apps.accounts.policy, ``across``). Who is signed in is read before that is known.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with walls.across():
            signed_in = request.user.is_authenticated
        organization_id = request.user.organization_id if signed_in else None
        with walls.within(organization_id):
            return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        rule = policy.rule_of(request.resolver_match.view_name, request.method)
        opened = rule.across if rule else Across.NOBODY
        is_visitor = not request.user.is_authenticated
        if opened is Across.ANYBODY or (opened is Across.VISITORS and is_visitor):
            walls.open_for_request()


class AccessMiddleware:
    """Refuse what apps.accounts.policy does not allow, for every view there is.

    What it does not know is refused like what is not there: a path nobody thought of is
    shut. Which records somebody may open is decided by the query of the view.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        route = request.resolver_match.view_name
        known = policy.ROUTES.get(route)
        if known and policy.action_of(route, request.method) is None:
            return HttpResponseNotAllowed([*known, *(["HEAD"] * ("GET" in known))])
        rule = policy.rule_of(route, request.method)
        if rule is not None and self._allows(rule, request.user):
            return None
        if not request.path.startswith("/api/"):
            raise Http404
        if rule is not None and not request.user.is_authenticated:
            return JsonResponse({"detail": "not_authenticated"}, status=403)
        return JsonResponse({"detail": "not_found"}, status=404)

    def _allows(self, rule, user) -> bool:
        # Asked only where it decides something: most pages are not for staff.
        needs_roles = user.is_authenticated and user.is_staff_member
        roles = policy.roles_of(user) if needs_roles and not rule.any_staff else ()
        return policy.allows(rule, user, roles)


class PersonLanguageMiddleware:
    """A signed-in person's own language wins over the browser's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = getattr(request, "locked_user", request.user)
        if user.is_authenticated:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
