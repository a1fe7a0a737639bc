"""A machine in a folder: the files of deploy/ with their paths put somewhere else."""

import datetime as dt
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HOST = "companion.example.org"
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


def nginx_binary() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Machine:
    root: Path
    # Servers that the suite has; otherwise files.
    database_url: str = ""
    broker_url: str = ""
    http: int = field(default_factory=free_port)
    https: int = field(default_factory=free_port)

    def __post_init__(self):
        for name in ("run", "var", "etc", "tls", "log", "units"):
            (self.root / name).mkdir()

    def placed(self, text: str) -> str:
        """The text of a file of deploy/, with this machine's paths in it."""
        for there, here in {
            "/opt/companion/.venv/bin": Path(sys.executable).parent,
            "/opt/companion": ROOT,
            "/run/companion": self.root / "run",
            "/var/lib/companion": self.root / "var",
            "/etc/companion": self.root / "etc",
            "/etc/nginx/companion-proxy.conf": DEPLOY / "nginx/companion-proxy.conf",
            "/etc/ssl/companion": self.root / "tls",
            "/var/log/nginx": self.root / "log",
        }.items():
            text = text.replace(there, str(here))
        return text

    @cached_property
    def environment(self) -> dict[str, str]:
        """The example, with one set of secrets for all processes."""
        example = self.placed((DEPLOY / "companion.env.example").read_text())
        secrets = subprocess.run(
            [sys.executable, ROOT / "scripts/make_secrets.py"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        lines = re.findall(r"^([A-Z_]+)=(.*)$", example + secrets, re.MULTILINE)
        return {
            "PATH": os.environ["PATH"],
            **dict(lines),
            "DATABASE_URL": self.database_url,
            "BROKER_URL": self.broker_url,
        }

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
        )

    def command_of(self, unit: str) -> list[str]:
        text = (DEPLOY / "systemd" / f"{unit}.service").read_text().replace("\\\n", " ")
        return shlex.split(self.placed(re.search(r"^ExecStart=(.+)$", text, re.M)[1]))

    @contextmanager
    def running(self, command: list[str], *, log: str):
        """Run until the block ends, then ask it to stop as systemd does."""
        with (self.root / "log" / log).open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(20)
                finally:
                    process.kill()

    def write_certificate(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        (self.root / "tls/fullchain.pem").write_bytes(certificate.public_bytes(pem))
        (self.root / "tls/key.pem").write_bytes(
            key.private_bytes(
                pem,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    def write_nginx(self) -> Path:
        site = self.placed((DEPLOY / "nginx/companion.conf").read_text())
        site = re.sub(r"^ *listen \[::\].*\n", "", site, flags=re.M)
        site = re.sub(r"listen 80\b", f"listen 127.0.0.1:{self.http}", site)
        site = re.sub(r"listen 443\b", f"listen 127.0.0.1:{self.https}", site)
        load = f"load_module {BROTLI};" if BROTLI.exists() else ""
        if not load:
            site = site.replace("brotli_static on;", "")
        (self.root / "etc/site.conf").write_text(site)
        main = self.root / "etc/nginx.conf"
        main.write_text(f"""
            {load}
            {"user root;" if os.geteuid() == 0 else ""}
            daemon off;
            pid {self.root}/run/nginx.pid;
            error_log {self.root}/log/nginx-main.log warn;
            events {{}}
            http {{
                types {{ text/css css; text/javascript js; image/svg+xml svg; }}
                client_body_temp_path {self.root}/run/body;
                proxy_temp_path {self.root}/run/proxy;
                fastcgi_temp_path {self.root}/run/fastcgi;
                uwsgi_temp_path {self.root}/run/uwsgi;
                scgi_temp_path {self.root}/run/scgi;
                include {self.root}/etc/site.conf;
            }}
        """)
        return main


def wait_until(true, *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds} s"
        time.sleep(0.1)
