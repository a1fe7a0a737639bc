"""One demonstration, and the processes that serve it: bare for its CPU time, or behind nginx
and TLS with the files of deploy/ for what a phone gets."""

import hashlib
import os
import secrets
import socket
import ssl
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.deploy.machine import BROTLI, HOST, ROOT, Machine, nginx_binary

MANAGE = [sys.executable, "manage.py"]
# The same people, and around them what a program runs: no demonstration, no sinks here.
IN_EARNEST = {
    "PUBLIC_BASE_URL": f"https://{HOST}",
    "COMPANION_DEMO": "0",
    "ALLOW_LOOPBACK_SINKS": "0",
}
HANDLES = {"client": "demo-rosa", "staff": "demo-ana", "director": "demo-lourdes"}
SESSIONS = """
from django.conf import settings
from django.test import Client
from apps.accounts.models import User
from apps.signin import proof
for user in User.objects.filter(handle__startswith="demo-"):
    phone = Client()
    phone.force_login(user)
    session = phone.session
    session[proof.FACTOR_AT] = 0
    session.save()
    print(user.handle, user.pk, settings.SESSION_COOKIE_NAME,
          phone.cookies[settings.SESSION_COOKIE_NAME].value)
"""


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "COMPANION_VAR_DIR": str(folder),
        "COMPANION_SECRET_KEY": secrets.token_urlsafe(50),
        "COMPANION_FIELD_KEYS": "bench:" + b64encode(secrets.token_bytes(32)).decode(),
        "COMPANION_INDEX_KEY": b64encode(secrets.token_bytes(32)).decode(),
        "COMPANION_AUDIT_KEY": b64encode(secrets.token_bytes(32)).decode(),
        "COMPANION_DEMO": "1",
        "ALLOW_LOOPBACK_SINKS": "1",
    }


def make(env: dict[str, str], clients: int) -> None:
    for command in (
        ["migrate", "-v0"],
        ["collectstatic", "--noinput", "-v0"],
        ["seed_demo", "--clients", str(clients)],
    ):
        subprocess.run([*MANAGE, *command], env=env, cwd=ROOT, check=True)


def people(env: dict[str, str]) -> dict[str, tuple[str, str]]:
    """By handle: the id, and a signed-in cookie."""
    out = subprocess.run(
        [*MANAGE, "shell", "-v0", "-c", SESSIONS],
        env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    ).stdout  # fmt: skip
    rows = (line.split() for line in out.splitlines() if line.startswith("demo-"))
    return {handle: (pk, f"{name}={value}") for handle, pk, name, value in rows}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("A server did not start.")


@contextmanager
def started(command: list[str], **options) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(command, cwd=ROOT, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def one_worker(env: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The port, and the process id of the only web worker."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "1",
        "--keep-alive", "120", "-b", f"127.0.0.1:{port}", "--no-control-socket",
        "--log-level", "error", "companion.wsgi",
    ]  # fmt: skip
    settings = {"DJANGO_SETTINGS_MODULE": "scripts.bench.settings"}
    with started(command, env=env | settings) as master:
        wait_for(port)
        children = Path(f"/proc/{master.pid}/task/{master.pid}/children")
        yield port, int(children.read_text().split()[0])


@contextmanager
def production(env: dict[str, str], folder: Path) -> Iterator["Front"]:
    """What a program runs: nginx with TLS, gunicorn, the settings of a real address."""
    made = Machine(folder)
    (folder / "var").rmdir()
    (folder / "var").symlink_to(env["COMPANION_VAR_DIR"])
    made.environment.update(env | IN_EARNEST)
    made.write_certificate()
    nginx = [nginx_binary() or "nginx", "-c", str(made.write_nginx())]
    quiet = {"env": made.environment, "stderr": subprocess.DEVNULL}
    with started(made.command_of("companion-web"), **quiet), started(nginx, **quiet):
        wait_for(made.https)
        socket_made = folder / "run" / "web.sock"
        for _ in range(400):
            if socket_made.exists():
                break
            time.sleep(0.05)
        yield Front(made)


class Front:
    """The address of the site, as a browser on this machine reaches it."""

    def __init__(self, made: Machine):
        self.port, self.site, self.folder = made.https, f"https://{HOST}", made.root
        self.environment = made.environment
        self.cookies = people(made.environment)
        self.tls = ssl.create_default_context(cafile=made.root / "tls/fullchain.pem")
        has_brotli = "brotli" if BROTLI.exists() else "gzip"
        self.stands_in = f"nginx with the files of deploy/ ({has_brotli}), TLS, HTTP/2"

    @property
    def browser_flags(self) -> list[str]:
        # Trusted by its key: a certificate that is merely not looked at gets no worker.
        return [
            f"--ignore-certificate-errors-spki-list={self.key_fingerprint}",
            f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{self.port}",
        ]

    @property
    def key_fingerprint(self) -> str:
        pem = (self.folder / "tls/fullchain.pem").read_bytes()
        key = x509.load_pem_x509_certificate(pem).public_key()
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        der = key.public_bytes(serialization.Encoding.DER, spki)
        return b64encode(hashlib.sha256(der).digest()).decode()

    def connection(self) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return self.tls.wrap_socket(plain, server_hostname=HOST)
