from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.translation import override


def drawn(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("view_name", ["home:today", "plans:plan", "checkins:start"])
def test_tabs_are_those_of_the_template_in_each_language(language, view_name):
    at = SimpleNamespace(view_name=view_name, app_name=view_name.split(":")[0])

    with override(language):
        twice = [drawn("{% tabs at %}", at=at) for _ in range(2)]
        made_anew = render_to_string("components/tabs.html", {"at": at})

    assert twice == [made_anew, made_anew]
    assert made_anew.count('aria-current="page"') == 1


def test_a_page_that_was_not_found_has_tabs_too():
    assert "aria-current" not in drawn("{% tabs at %}", at=None)


def test_icon_is_drawn_by_its_name_and_not_escaped():
    assert drawn('{% icon "sun" %}{% icon name %}', name="map") == render_to_string(
        "components/icon.html", {"name": "sun"}
    ) + render_to_string("components/icon.html", {"name": "map"})
