"""Every look of staff at a client is written down: once, with who, what, whose and when."""

import pytest
from django.test import Client

from apps.audit.models import AuditEvent
from tests.conftest import NOON
from tests.test_access import PEOPLES, path_of
from tests.world import MARK, World

pytestmark = pytest.mark.django_db


def test_each_page_of_staff_that_shows_a_client_leaves_one_event(frozen_noon):
    world = World().make_everything()
    ana = world.hers.staff
    shown, wrong = set(), {}
    for route in PEOPLES:
        if route.audience != "staff" or "GET" not in route.methods:
            continue
        browser = Client()
        browser.force_login(ana)
        last = AuditEvent.objects.order_by("seq").last()
        page = browser.get(path_of(route, world))
        new = list(AuditEvent.objects.filter(seq__gt=last.seq if last else 0))
        if MARK not in page.text:
            continue
        shown.add(route.name)
        told = [
            (event.actor_id, event.actor_role, event.source, event.at)
            for event in new
            if world.rosa.pk == event.client_id
            or str(world.rosa.pk) in event.client_ids
        ]
        if told != [(ana.pk, "STAFF", "WEB", NOON)] or len(new) != 1:
            wrong[route.name] = [event.action for event in new]

    assert wrong == {}
    assert {"desk:board", "desk:people", "desk:client", "desk:invite"} <= shown


def test_no_event_holds_what_was_read(frozen_noon):
    world = World().make_everything()
    browser = Client()
    browser.force_login(world.hers.staff)
    for route in PEOPLES:
        if route.audience == "staff" and "GET" in route.methods:
            browser.get(path_of(route, world))

    assert MARK not in str(list(AuditEvent.objects.values()))
