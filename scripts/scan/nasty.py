"""What nobody should send: values, and whole bodies made of them.

The same for the fuzzer that works over the wire and for the short one in the suite.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote_from_bytes, urlencode

from scripts.scan.forms import TOKEN

FORM = "application/x-www-form-urlencoded"
WORDS = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\r\nSet-Cookie: a=b",
    "\u202eright to left\u202c",
    "مرحبا",
    "👩‍👩‍👧‍👦" * 20,
    "e" + "\u0301" * 500,
    "\ufeff\u200b\u2028",
    "<script>alert(1)</script>",
    "<b hx-on:click=alert(1) hx-get=/ >x</b>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% debug %}",
    "' OR 1=1 --",
    "=cmd|' /C calc'!A0",
    "../../../../etc/passwd",
    "//evil.example/",
    "https://localhost/elsewhere",
    "10000000000",
    "1000000000",
    "-1",
    "0",
    "1e309",
    "NaN",
    "Infinity",
    "٣",
    "²",
    "true",
    "null",
    "[]",
    "{}",
    '{"a": {"b": [1]}}',
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "99999-01-01",
    "25:61",
    "00000000-0000-0000-0000-000000000000",
    "not-a-uuid",
    "x" * 5000,
    "á" * 20000,
    "(" * 3000,
    "+1555" + "5" * 60,
    "a@" + "b" * 300 + ".example",
    "\n" * 4000,
]
# No text at all: what a browser never sends.
BYTES = [
    b"\xed\xa0\x80",  # half of a surrogate pair
    b"\xff\xfe",
    b"\xc0\xaf",
    b"\xf4\x90\x80\x80",
    b"\x80" * 50,
]
NAMES = [
    "id", "pk", "uuid", "user", "user_id", "client", "client_id", "organization", "role",
    "is_staff", "is_superuser", "is_active", "state", "next", "page", "cursor", "at", "by",
    "answers", "answers[]", "__proto__", "a\x00b", "é", "x" * 300, "",
]  # fmt: skip
QUERIES = [
    "next",
    "page",
    "cursor",
    "from",
    "to",
    "day",
    "week",
    "view",
    "v",
    "q",
    "on",
]
TYPES = [
    "application/json",
    "application/xml",
    "text/plain",
    "text/html; charset=utf-16",
    f"{FORM}; charset=nonsense",
    f"{FORM}; charset=utf-7",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "x" * 500,
    "multipart/form-data; boundary=b\x80",
    "application/octet-stream",
    "x",
    "",
    "/;;;=",
]
DEEP = 1200


@dataclass
class Case:
    """One request. ``chunked`` and raw bytes matter on the wire only."""

    body: bytes
    content_type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)
    chunked: bool = False


def bodies(fields: list[tuple[str, str]], rng: Random) -> Iterator[Case]:
    """Without an end: bodies for a form with these fields, its token left as it is."""
    own = [pair for pair in fields if pair[0] != TOKEN]
    token = [pair for pair in fields if pair[0] == TOKEN]
    names = sorted({name for name, _ in own}) or ["x"]
    while True:
        yield rng.choice(KINDS)(names, own, token, rng)


def _value(rng: Random) -> str:
    return rng.choice(WORDS)


def _one_field(names, own, token, rng):
    chosen = rng.choice(names)
    kept = _one_of_each(own, rng)
    return Case(_encoded([*token, *kept, (chosen, _value(rng))], leave_out=chosen))


def _every_field(names, own, token, rng):
    return Case(_encoded([*token, *((name, _value(rng)) for name in names)]))


def _as_offered(names, own, token, rng):
    """What a browser sends, or nearly: the way into the code behind the form."""
    kept = [pair for pair in _one_of_each(own, rng) if rng.random() > 0.1]
    filled = [(n, v or rng.choice(["Rosa", "7", "2026-10-14", ""])) for n, v in kept]
    return Case(_encoded([*token, *filled]))


def _more_than_one(names, own, token, rng):
    twice = [(n, _value(rng)) for n in names for _ in range(rng.randint(2, 4))]
    return Case(_encoded([*token, *own, *twice]))


def _as_lists(names, own, token, rng):
    marks = ["[]", "[0]", "[a]", ".x", "__in", "-0", "_0"]
    odd = [(name + rng.choice(marks), _value(rng)) for name in names]
    return Case(_encoded([*token, *odd, *_one_of_each(own, rng)]))


def _names_of_columns(names, own, token, rng):
    more = [(rng.choice(NAMES), _value(rng)) for _ in range(6)]
    return Case(_encoded([*token, *_one_of_each(own, rng), *more]))


def _no_text(names, own, token, rng):
    raw = quote_from_bytes(rng.choice(BYTES)) if rng.random() < 0.5 else None
    tail = (
        f"{rng.choice(names)}={raw}".encode()
        if raw
        else rng.choice(names).encode() + b"=" + rng.choice(BYTES)
    )
    return Case(_encoded([*token, *_one_of_each(own, rng)]) + b"&" + tail)


def _too_many(names, own, token, rng):
    return Case(_encoded([*token, *((f"f{n}", "1") for n in range(400))]))


def _too_long(names, own, token, rng):
    size = rng.choice([70_000, 1_000_000])
    return Case(_encoded([*token, (rng.choice(names), "x" * size)]))


def _other_type(names, own, token, rng):
    body = rng.choice(
        [
            json.dumps(dict(own)).encode(),
            json.dumps([_value(rng)] * 3).encode(),
            b"[" * DEEP,
            b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1",
            _encoded([*token, *own]),
            rng.choice(BYTES),
            b"",
        ]
    )
    return Case(body, rng.choice(TYPES))


def _multipart(names, own, token, rng):
    parts = [*token, *_one_of_each(own, rng), (rng.choice(names), _value(rng))]
    text = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"'
        f"{rng.choice(['', '; filename=x.txt'])}\r\n\r\n{value}\r\n"
        for name, value in parts
    )
    end = rng.choice(["--b--\r\n", "", "--b"])
    return Case((text + end).encode(), "multipart/form-data; boundary=b")


def _squeezed(names, own, token, rng):
    body = gzip.compress(_encoded([*token, (names[0], "x" * 500_000)]))
    return Case(body, headers={"Content-Encoding": "gzip"})


def _in_pieces(names, own, token, rng):
    case = _one_field(names, own, token, rng)
    return Case(case.body, chunked=True)


def _with_odd_headers(names, own, token, rng):
    names_of_headers = [
        "HX-Request", "HX-Current-URL", "HX-Target", "HX-Boosted", "HX-Trigger",
        "Accept-Language", "Accept", "If-None-Match", "If-Modified-Since", "Range",
        "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override", "User-Agent",
    ]  # fmt: skip
    values = [
        "true", "false", "a" * 2000, "%00", "https://[", "//evil.example/", "en;q=x",
        "*/*;q=nan", "bytes=0-0,9-", "é", "1.2.3.4, ::1", "DELETE", "'\"<>", "-",
    ]  # fmt: skip
    headers = {
        name: rng.choice(values).encode().decode("latin-1")
        for name in rng.sample(names_of_headers, 4)
    }
    return Case(_as_offered(names, own, token, rng).body, headers=headers)


KINDS = [
    *[_one_field] * 5,
    *[_as_offered] * 3,
    _every_field,
    _more_than_one,
    _as_lists,
    _names_of_columns,
    _no_text,
    _too_many,
    _too_long,
    _other_type,
    _multipart,
    _squeezed,
    _in_pieces,
    _with_odd_headers,
]


def queries(rng: Random, known: list[str]) -> Iterator[str]:
    """Without an end: what may stand behind the question mark."""
    while True:
        if rng.random() < 0.2:
            name = rng.choice(known or QUERIES)
            yield f"{name}={quote_from_bytes(rng.choice(BYTES))}"
        else:
            chosen = rng.sample([*known, *QUERIES], rng.randint(1, 3))
            yield urlencode([(name, _value(rng)[:1500]) for name in chosen])


def _one_of_each(own, rng):
    by_name: dict[str, list[str]] = {}
    for name, value in own:
        by_name.setdefault(name, []).append(value)
    return [(name, rng.choice(values)) for name, values in by_name.items()]


def _encoded(pairs, leave_out: str = "") -> bytes:
    """The last of a name stands for it, where one was chosen to be nasty."""
    if leave_out:
        *before, last = pairs
        pairs = [pair for pair in before if pair[0] != leave_out] + [last]
    return urlencode(pairs).encode()
