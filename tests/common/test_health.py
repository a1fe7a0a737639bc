import logging

import pytest
from django.test import RequestFactory

from apps.common.logs import ReadinessAnswers

pytestmark = pytest.mark.django_db


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


@pytest.fixture
def request_log():
    handler = Lines()
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield handler.lines
    logger.removeHandler(handler)


def test_not_being_ready_yet_is_an_answer_and_no_line_in_the_log(client, request_log):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert request_log == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/readyz", 500, id="it broke"),
        pytest.param("/help/", 503, id="another page"),
    ],
)
def test_every_other_error_is_still_said(path, status):
    record = logging.makeLogRecord(
        {"request": RequestFactory().get(path), "status_code": status}
    )

    assert ReadinessAnswers().filter(record)
