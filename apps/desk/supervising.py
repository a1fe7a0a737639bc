"""Pages for who supervises a house. Other staff get 404, as strangers do elsewhere."""

from functools import wraps

from django.http import Http404

from apps.accounts import policy
from apps.accounts.decorators import staff_only


def supervisor_only(view):
    @staff_only
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if not policy.is_one_of(request.user, policy.SUPERVISOR):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
