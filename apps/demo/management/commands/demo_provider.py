"""A provider of texts for demonstrations and tests: its own process, its own file.

What it took stands in the file before it answers, so "once" can be counted from outside.
"""

import base64
import json
import os
import secrets
import socket
import struct
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand
from django.http import QueryDict

from apps.notifications import signatures

OK, HANG, RESET, ERROR, BUSY, SLOW = (
    "ok",
    "accept_then_hang",
    "accept_then_reset",
    "500",
    "429",
    "slow",
)
MODES = (OK, HANG, RESET, ERROR, BUSY, SLOW)
HANG_SECONDS = 120
SLOW_SECONDS = 1.5
REPORT_AFTER_SECONDS = 1


class Command(BaseCommand):
    help = "Take text messages as a provider would, and write each one into a file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8025)
        parser.add_argument(
            "--file", type=Path, default=settings.VAR_DIR / "sent.jsonl"
        )
        parser.add_argument("--mode", choices=MODES, default=OK)
        parser.add_argument(
            "--no-reports",
            action="store_true",
            help="Do not report later that a message arrived.",
        )

    def handle(self, *, port, file, mode, no_reports, **options):
        provider = Provider(("127.0.0.1", port), Handler)
        provider.mode, provider.reports = mode, not no_reports
        with file.open("a") as provider.file:
            self.stdout.write(f"Listening on {provider.server_port}")
            self.stdout.flush()
            provider.serve_forever()


def reference_in(report_url: str) -> str:
    """The sender's own id ends the address it wants reports at."""
    return urlsplit(report_url).path.rstrip("/").rpartition("/")[2]


class Provider(ThreadingHTTPServer):
    daemon_threads = True
    # A burst of workers must not be turned away by the listening queue.
    request_queue_size = 128

    def __init__(self, *args):
        super().__init__(*args)
        self.writing = threading.Lock()

    def keep(self, fields: QueryDict) -> str:
        sid = "SM" + secrets.token_hex(16)
        line = {
            "at": datetime.now(UTC).isoformat(),
            "sid": sid,
            "to": fields.get("To"),
            "body": fields.get("Body"),
            "reference": reference_in(fields.get("StatusCallback", "")),
        }
        with self.writing:
            self.file.write(json.dumps(line) + "\n")
            self.file.flush()
            os.fsync(self.file.fileno())
        return sid

    def report(self, sid: str, url: str) -> None:
        """Say, signed, that the message arrived."""
        time.sleep(REPORT_AFTER_SECONDS)
        fields = {"MessageSid": sid, "MessageStatus": "delivered"}
        signature = signatures.sign(url, QueryDict(urlencode(fields)))
        try:
            httpx.post(url, data=fields, headers={signatures.HEADER: signature})
        except httpx.HTTPError:
            return  # A report that gets lost changes nothing.


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        fields = QueryDict(self.rfile.read(length))
        mode = self.server.mode
        if not self._knows_us():
            self._answer(401, {"code": 20003, "message": "Authenticate"})
        elif mode in (ERROR, BUSY):
            self._answer(int(mode), {"code": 20000 + int(mode), "message": "Not taken"})
        else:
            self._take(fields, mode)

    def _take(self, fields: QueryDict, mode: str) -> None:
        sid = self.server.keep(fields)
        time.sleep({HANG: HANG_SECONDS, SLOW: SLOW_SECONDS}.get(mode, 0))
        if mode in (HANG, RESET):
            self._break_off()
            return
        self._answer(201, {"sid": sid, "status": "queued"})
        url = fields.get("StatusCallback")
        if self.server.reports and url:
            threading.Thread(
                target=self.server.report, args=(sid, url), daemon=True
            ).start()

    def _knows_us(self) -> bool:
        pair = f"{settings.SMS_ACCOUNT_SID}:{settings.SMS_AUTH_TOKEN}"
        expected = "Basic " + base64.b64encode(pair.encode()).decode()
        return self.headers.get("Authorization") == expected

    def _answer(self, status: int, body: dict) -> None:
        content = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except ConnectionError:
            return  # The other side was killed meanwhile.

    def _break_off(self) -> None:
        """Close without an answer, as a line that breaks."""
        linger_no_time = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_no_time)
        self.close_connection = True
        self.connection.close()

    def log_message(self, *args):
        """Nothing of a message belongs in a log."""
