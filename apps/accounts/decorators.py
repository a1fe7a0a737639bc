"""Which kind of person a page is for. The wrong kind gets 404: the page is not theirs."""

from functools import wraps

from django.http import Http404


def _only(kind_test):
    def decorate(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            if not kind_test(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        wrapped.audience = kind_test.__name__  # type: ignore[attr-defined]
        return wrapped

    return decorate


def _is_client(user):
    return user.is_client


def _is_staff(user):
    return user.is_staff_member


def signed_in(view):
    """For whoever is signed in, of either kind."""
    view.audience = "everyone"
    return view


def before_second_step(view):
    """Open to staff who have given their code and not yet their second factor."""
    view.before_second_step = True
    return view


def fresh_sign_in(view):
    """Opens for ten minutes after the person showed that it is them, and asks again later.

    A view of the API says it as a class attribute, ``fresh_sign_in = True``.
    """
    view.fresh_sign_in = True
    return view


def takes_secrets(view):
    """Codes and PINs are no words of anybody: a form that came too late is not kept."""
    view.takes_secrets = True
    return view


_is_client.__name__, _is_staff.__name__ = "client", "staff"
client_only = _only(_is_client)
staff_only = _only(_is_staff)
