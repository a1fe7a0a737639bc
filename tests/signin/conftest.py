import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from django.core import mail

from apps.care.services.enrollments import add_contact_point
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory

PHONE, EMAIL = "+16175550123", "rosa@example.org"


@pytest.fixture
def rosa(actor):
    """A client who can be reached by phone and by e-mail."""
    rosa = EnrollmentFactory(client__preferred_name="Rosa").client
    add_contact_point(client=rosa, kind="PHONE", value=PHONE, at=NOON, by=actor)
    add_contact_point(client=rosa, kind="EMAIL", value=EMAIL, at=NOON, by=actor)
    return rosa


@pytest.fixture
def texts(settings):
    """What the provider of text messages was handed, in order."""
    received = []

    class Provider(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            received.append({k: v[0] for k, v in parse_qs(body).items()})
            self.send_response(201)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_API_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    settings.SMS_ACCOUNT_SID, settings.SMS_AUTH_TOKEN = "AC1", "secret"
    settings.SMS_FROM = "+16175550100"
    yield received
    server.shutdown()
    server.server_close()


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    """Ask for a code as a visitor does; what the worker has to send is sent."""

    def ask(address, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post("/sign-in/", {"address": address}, **kwargs)

    return ask


@pytest.fixture
def mailed_code():
    def mailed_code():
        return re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()

    return mailed_code
