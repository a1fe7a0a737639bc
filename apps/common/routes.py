"""Every path that is answered, and for whom: read from the code that answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.urls import URLPattern, get_resolver
from rest_framework.permissions import IsAuthenticated

# What a view without a decorator for it answers.
ANY_METHOD = ("ANY",)


@dataclass(frozen=True)
class Route:
    """``audience`` is client, staff, everyone (signed in) or public; empty: unsaid."""

    pattern: str
    name: str
    methods: tuple[str, ...]
    audience: str
    view: Callable = field(repr=False, compare=False)


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, "/", ()))


def _walk(patterns, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Route(
                pattern=pattern,
                name=":".join((*namespaces, entry.name or "")),
                methods=methods_of(entry.callback),
                audience=audience_of(entry.callback),
                view=entry.callback,
            )
        else:
            inside = (entry.namespace,) if entry.namespace else ()
            yield from _walk(entry.url_patterns, pattern, namespaces + inside)


def audience_of(view) -> str:
    if hasattr(view, "cls"):
        return _audience_of_api(view)
    if not getattr(view, "login_required", True):
        return "public"
    return getattr(view, "audience", "")


def _audience_of_api(view) -> str:
    asked = view.initkwargs.get("permission_classes", view.cls.permission_classes)
    for permission in asked:
        if hasattr(permission, "audience"):
            return permission.audience
    return "everyone" if IsAuthenticated in asked else "public"


def methods_of(view) -> tuple[str, ...]:
    if actions := getattr(view, "actions", None):
        return tuple(sorted(name.upper() for name in actions))
    if cls := getattr(view, "cls", None):
        names = (name for name in cls.http_method_names if hasattr(cls, name))
        return tuple(sorted(name.upper() for name in names if name != "options"))
    # Django's decorators keep their list of methods in a closure only.
    while view is not None:
        if "request_method_list" in view.__code__.co_freevars:
            cell = view.__code__.co_freevars.index("request_method_list")
            return tuple(sorted(view.__closure__[cell].cell_contents))
        view = getattr(view, "__wrapped__", None)
    return ANY_METHOD
