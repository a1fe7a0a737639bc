"""The product behind its own nginx with TLS, with a door for each role.

A scanner that knows neither our host name nor our cookies asks a door; the door adds both and
asks nginx as a browser would. Every door has its own loopback addresses, so that limits by
address meet a scanner as they meet a neighborhood.
"""

import http.client
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench import machine
from tests.deploy.machine import HOST, ROOT, Machine, free_port, nginx_binary

SITE = f"https://{HOST}"
# One person of each role, and the session of a whole sign-in.
SESSIONS = """
from importlib import import_module
from django.conf import settings
from django.test import Client
from apps.accounts.models import User
from apps.care.models import StaffRole
from apps.signin import proof
chosen = {"client": User.objects.get(handle="demo-rosa"), "visitor": None}
for role in StaffRole.objects.order_by("role", "user__handle").select_related("user"):
    if role.user.handle.startswith("demo-"):
        chosen.setdefault(role.role.lower().replace("_", "-"), role.user)
chosen["counselor"] = User.objects.get(handle="demo-ana")
for name, user in chosen.items():
    key = ""
    if user:
        phone = Client()
        phone.force_login(user)
        session = phone.session
        session[proof.FACTOR_AT] = 0
        session.save()
        key = phone.cookies[settings.SESSION_COOKIE_NAME].value
    print("SESSION", name, key or "-")
"""


@dataclass
class House:
    made: Machine
    log: Path
    # By role: the cookies of its requests, and the port of its door.
    cookies: dict[str, str] = field(default_factory=dict)
    doors: dict[str, int] = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def roles(self) -> list[str]:
        return list(self.cookies)

    def door(self, role: str) -> str:
        return f"http://127.0.0.1:{self.doors[role]}"

    def sign_in(self) -> None:
        """Everybody anew: scanners press every button there is, "Sign out" too."""
        out = subprocess.run(
            [*machine.MANAGE, "shell", "-v0", "-c", SESSIONS],
            env=self.made.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
        ).stdout  # fmt: skip
        for role, key in re.findall(r"^SESSION (\S+) (\S+)$", out, re.M):
            own = "" if key == "-" else f"__Host-sid={key}; "
            self.cookies[role] = f"{own}__Host-csrf={self.token}"

    def connection(self, address: str = "127.0.0.1") -> http.client.HTTPConnection:
        found = http.client.HTTPConnection("127.0.0.1", self.made.https, timeout=40)
        found.sock = _tls(self.made, address)
        return found

    def faults(self) -> list[str]:
        """What the processes wrote of exceptions and errors."""
        text = self.log.read_text(errors="replace")
        return re.findall(
            r"^.*(?:Traceback \(most|\bERROR\b|\bCRITICAL\b).*$", text, re.M
        )


def _tls(made: Machine, address: str):
    context = ssl.create_default_context(cafile=made.root / "tls/fullchain.pem")
    plain = socket.create_connection(
        ("127.0.0.1", made.https), timeout=40, source_address=(address, 0)
    )
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(plain, server_hostname=HOST)


@contextmanager
def running(folder: Path) -> Iterator[House]:
    """Made in ``folder``, or taken up there when it was made before."""
    env = machine.environment(folder / "made")
    keys = folder / "keys.env"
    if keys.exists():
        env |= dict(line.split("=", 1) for line in keys.read_text().splitlines())
    else:
        names = ("COMPANION_SECRET_KEY", "COMPANION_FIELD_KEYS", "COMPANION_INDEX_KEY")
        machine.make(env, 0)
        keys.write_text("".join(f"{name}={env[name]}\n" for name in names))
    placed = folder / "machine"
    shutil.rmtree(placed, ignore_errors=True)
    placed.mkdir()
    made = Machine(placed)
    (placed / "var").rmdir()
    (placed / "var").symlink_to(env["COMPANION_VAR_DIR"])
    made.environment.update(env | machine.IN_EARNEST | {"SMTP_HOST": ""})
    made.write_certificate()
    house = House(made, placed / "log/web.log")
    house.sign_in()
    house.doors = {role: free_port() for role in house.roles}
    main = made.write_nginx()
    with (placed / "etc/site.conf").open("a") as site:
        site.write(_doors(house))
    nginx = [nginx_binary() or "nginx", "-c", str(main)]
    with house.log.open("w") as log:
        quiet = {"env": made.environment, "stderr": log, "stdout": log}
        with (
            machine.started(made.command_of("companion-web"), **quiet),
            machine.started(nginx, **quiet),
        ):
            machine.wait_for(made.https)
            for _ in range(400):
                if (placed / "run/web.sock").exists():
                    break
                time.sleep(0.05)
            yield house


def _doors(house: House) -> str:
    neighbors = "".join(f"0.5% 127.0.1.{number};\n" for number in range(2, 202))
    doors = [f'split_clients "$request_id" $neighbor {{\n{neighbors}* 127.0.1.1;\n}}']
    for role, port in house.doors.items():
        doors.append(f"""
server {{
    listen 127.0.0.1:{port};
    access_log off;
    client_max_body_size 2m;
    location / {{
        proxy_pass https://127.0.0.1:{house.made.https};
        proxy_bind $neighbor;
        proxy_http_version 1.1;
        proxy_read_timeout 40s;
        proxy_ssl_server_name on;
        proxy_ssl_name {HOST};
        proxy_set_header Host {HOST};
        proxy_set_header Cookie "{house.cookies[role]}";
        proxy_set_header X-CSRFToken "{house.token}";
        proxy_set_header Referer "{SITE}/";
        proxy_set_header Origin "{SITE}";
        proxy_hide_header Set-Cookie;
        proxy_redirect {SITE}/ /;
    }}
}}""")
    return "\n".join(doors)
