import uuid

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import patch_cache_control, patch_vary_headers

PERMISSIONS_POLICY = (
    "camera=(), microphone=(), geolocation=(), browsing-topics=(), interest-cohort=()"
)


class ClientAddressMiddleware:
    """Behind proxies of our own, the address of the phone is what the first of them wrote.

    Entries further left were sent by the phone and prove nothing.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        proxies = settings.TRUSTED_PROXIES
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < proxies <= len(forwarded):
            request.META["REMOTE_ADDR"] = forwarded[-proxies].strip()
        return self.get_response(request)


class RequestIdMiddleware:
    """Give each request an id of ours, so that audit rows and log lines can be joined."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = uuid.uuid4()
        return self.get_response(request)


class SameForEverybodyMiddleware:
    """What phones keep for everybody is asked for by nobody in particular.

    The cookies and the language of whoever asks end here, so that nothing of a person can
    get into the answer, whatever a view or a template reads; and it sets none.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(settings.SAME_FOR_EVERYBODY):
            return self.get_response(request)
        request.COOKIES = {}
        for header in ("HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE"):
            request.META.pop(header, None)
        response = self.get_response(request)
        response.cookies.clear()
        response.headers.pop("Vary", None)
        return response


class SecurityHeadersMiddleware:
    """The headers Django has no setting for, and no-store on all that is signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # A shared phone keeps what the browser caches, so a page is cached only when the
        # view says that it is the same for everybody.
        if "Cache-Control" not in response.headers:
            patch_cache_control(response, no_store=True, private=True)
            patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response


UNREADABLE = (
    BadRequest,
    MultiPartParserError,
    SuspiciousOperation,
    UnreadablePostError,
)


def _take_long(request) -> None:
    """Read a form that may be longer than others here, before Django says it is too long.

    Nothing else of a form is looser: it has as few fields and is of the same kind.
    """
    said = request.META.get("CONTENT_LENGTH") or ""
    length = int(said) if said.isdecimal() else 0
    is_long = length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if is_long and request.path.startswith(settings.LONG_FORMS):
        if length > settings.LONG_FORM_MAX_SIZE:
            raise RequestDataTooBig
        # What Django keeps a body in once it has read it.
        request._body = request.read()


class ReadableFormMiddleware:
    """Answer a form that cannot be read here, once.

    Django's own pages for errors look for the token in the form. Where reading it is what
    failed, that fails again inside them, and a bad request ends as an error of ours with its
    traceback in the log.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            _take_long(request)
            request.POST  # noqa: B018  reading it is what may fail
        except RequestDataTooBig:
            return HttpResponse(status=413)
        except UNREADABLE:
            return HttpResponse(status=400)
        return self.get_response(request)
