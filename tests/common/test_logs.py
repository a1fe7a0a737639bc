"""What stands in the log, and what never does."""

import json
import logging
import runpy
from importlib.util import find_spec
from types import SimpleNamespace
from uuid import uuid4

import pytest
from celery.signals import setup_logging
from django.test import Client

from apps.common.logs import AllowedFields

SECRET = "Rosa drank on Tuesday"
FIELDS = {
    "at", "level", "logger", "event", "status", "request", "route", "method",
    "exception", "where",
}  # fmt: skip


def _line(name="apps.outreach.tasks", msg="Message %s", args=("id",), **more) -> dict:
    record = logging.makeLogRecord(
        {"name": name, "msg": msg, "args": args, "levelname": "ERROR", **more}
    )
    return json.loads(AllowedFields().format(record))


def test_our_own_line_names_what_it_is_about():
    line = _line(args=("1b4e",))

    assert (line["event"], line["level"]) == ("Message 1b4e", "ERROR")


def test_a_field_that_is_not_listed_is_dropped():
    """Fault: somebody logs with extra={...}, and a note stands in the journal."""
    line = _line(note=SECRET, user=SECRET, data={"body": SECRET})

    assert set(line) <= FIELDS
    assert SECRET not in json.dumps(line)


def test_what_a_library_fills_into_its_message_is_left_out():
    line = _line("django.request", "%s: %s", ("Not Found", f"/i/{SECRET}/"))

    assert line["event"] == "%s: %s"
    assert SECRET not in json.dumps(line)


def test_an_exception_says_where_and_not_what():
    """Fault: a database quotes the row in its error, a traceback shows the locals."""
    note = SECRET
    try:
        raise ValueError(note)
    except ValueError as error:
        line = _line(exc_info=(type(error), error, error.__traceback__))

    assert line["exception"] == "builtins.ValueError"
    assert line["where"] == [
        f"tests/common/test_logs.py:{line['where'][0].split(':')[1].split()[0]} "
        "test_an_exception_says_where_and_not_what"
    ]
    assert SECRET not in json.dumps(line)


def test_of_a_request_only_its_id_its_page_and_its_outcome_are_told():
    request = SimpleNamespace(
        id=uuid4(),
        method="GET",
        path=f"/a/{SECRET}/",
        META={"HTTP_REFERER": SECRET, "QUERY_STRING": SECRET},
        resolver_match=SimpleNamespace(view_name="outreach:answer"),
    )
    line = _line("django.request", request=request, status_code=404)

    assert line["request"] == str(request.id)
    assert (line["route"], line["status"], line["method"]) == (
        "outreach:answer",
        404,
        "GET",
    )
    assert SECRET not in json.dumps(line)


def test_every_handler_of_the_product_writes_this_way():
    found = runpy.run_path(find_spec("companion.settings").origin)["LOGGING"]

    assert {handler["formatter"] for handler in found["handlers"].values()} == {"line"}
    assert found["formatters"]["line"]["()"] == "apps.common.logs.AllowedFields"
    assert found["root"]["handlers"] == ["console"]


def test_the_worker_keeps_our_log():
    """Fault: Celery takes the handlers away and writes whole tracebacks again."""
    before = logging.getLogger().handlers[:]
    assert [answer for _, answer in setup_logging.send(None)] == [None]
    ours = logging.getLogger().handlers
    logging.getLogger().handlers = before
    assert [type(handler.formatter) for handler in ours] == [AllowedFields]


@pytest.mark.django_db
def test_a_page_that_breaks_leaves_no_word_of_what_was_sent(monkeypatch, caplog):
    def broken(data):
        raise RuntimeError(f"This does not fit: {data}")

    monkeypatch.setattr("apps.signin.views.AddressForm", broken)
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.INFO):
        client.get("/i/" + "rosatoken" * 4 + "/nowhere/", {"q": SECRET})
        client.post("/sign-in/", {"address": SECRET}, headers={"Referer": SECRET})

    lines = [AllowedFields().format(record) for record in caplog.records]
    assert any("RuntimeError" in line for line in lines)
    assert not [line for line in lines if SECRET in line or "rosatoken" in line]
