"""Pieces that are on every page and hold nobody's data: made once, then only joined in."""

from functools import lru_cache
from types import SimpleNamespace

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """A symbol of the sprite, as ``components/icon.html`` draws it."""
    return render_to_string("components/icon.html", {"name": name})


@register.simple_tag
def tabs(at) -> SafeString:
    """The five ways through the app; ``at`` is the page's ``request.resolver_match``."""
    if at is None:
        return _tabs(get_language(), "", "")
    return _tabs(get_language(), at.view_name, at.app_name)


@lru_cache(maxsize=1024)
def _tabs(language: str, view_name: str, app_name: str) -> SafeString:
    at = SimpleNamespace(view_name=view_name, app_name=app_name)
    return render_to_string("components/tabs.html", {"at": at})
