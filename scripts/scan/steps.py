"""What each scanner looks at, and what of it is a finding.

A step gives what it did, in a line, and everything above "informational". A scanner that did
not finish, or that saw nothing, is a finding too: a green run of a tool that looked at nothing
proves nothing.
"""

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scripts.scan import advisories, fuzz, tools
from scripts.scan.house import House
from tests.deploy.machine import HOST

OURS = ["apps", "companion", "scripts", "manage.py"]
CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance"
WAPITI = "xss,permanentxss,sql,exec,file,crlf,redirect,ssrf"


@dataclass
class Step:
    tool: str
    did: str
    findings: list[str] = field(default_factory=list)


def observatory(house: House, quick: bool) -> Step:
    place = tools.install_observatory()
    code, said = tools.output_of(
        "node", "--require", tools.HERE / "observatory/loopback.cjs", "src/scan.js", HOST,
        seconds=90, cwd=place,
        env={
            "SITE_HTTPS": str(house.made.https),
            "SITE_HTTP": str(house.made.http),
            "NODE_EXTRA_CA_CERTS": str(house.made.root / "tls/fullchain.pem"),
        },
    )  # fmt: skip
    step = Step("MDN HTTP Observatory 1.4.8", "no answer")
    try:
        scan = json.loads(said[said.index("{") :])["scan"]
    except (ValueError, KeyError):
        step.findings.append(f"It did not finish ({code}): {said[-300:]}")
        return step
    step.did = (
        f"grade {scan['grade']}, score {scan['score']}, "
        f"{scan['testsPassed']} of {scan['testsQuantity']} tests"
    )
    if scan["grade"] != "A+" or scan["testsFailed"]:
        step.findings.append(f"grade {scan['grade']}, {scan['testsFailed']} failed")
    return step


def schema(house: House, quick: bool) -> Step:
    bin_, cases = tools.install("schemathesis"), 0
    step = Step(f"schemathesis {tools.version('schemathesis')}", "")
    roles = ["client", "counselor"] if quick else house.roles
    for role in roles:
        # Staff get the same refusal everywhere: for them fewer will do.
        each = 20 if quick else {"client": 120, "visitor": 60}.get(role, 25)
        report = house.made.root / f"log/schema-{role}.json"
        code, said = tools.output_of(
            bin_ / "schemathesis", "run", _schema_file(house), "--url", house.door(role),
            "--phases", "coverage,fuzzing", "-n", each, "-c", CHECKS, "--no-color",
            "--continue-on-failure", "--suppress-health-check", "all", "--seed", "1",
            "--generation-database", "none", "--warnings", "off", "--workers", 2,
            seconds=500, cwd=house.made.root,
        )  # fmt: skip
        generated = re.search(r"(\d+) generated", said)
        report.write_text(said)
        cases += int(generated[1]) if generated else 0
        if code not in (0, 1) or not generated:
            step.findings.append(f"{role}: it did not finish ({code}): {said[-400:]}")
        for found in re.findall(r"^- (.+)$", said, re.M):
            step.findings.append(f"{role}: {found}")
        if code == 1 and not step.findings:
            step.findings.append(f"{role}: {said[-400:]}")
    groups = len(json.loads(_schema_file(house).read_text())["paths"])
    step.did = f"{cases} requests to {groups} paths as {len(roles)} roles; {CHECKS}"
    if not quick and cases < 1000 * groups:
        step.findings.append(f"{cases} requests are fewer than 1,000 each")
    return step


def _schema_file(house: House) -> Path:
    place = house.made.root / "schema.json"
    if not place.exists():
        browser = fuzz.Browser(house, "client", "127.0.0.1")
        _, body, _ = browser.ask("GET", "/api/v1/schema/?format=json")
        place.write_bytes(body)
    return place


def wapiti(house: House, quick: bool) -> Step:
    bin_ = tools.install("wapiti3")
    step = Step(f"wapiti {tools.version('wapiti3')}", "")
    crawled, starts = 0, {"visitor": "/sign-in/", "client": "/", "counselor": "/desk/"}
    for role, start in list(starts.items())[: 1 if quick else None]:
        report = house.made.root / f"log/wapiti-{role}.json"
        code, said = tools.output_of(
            bin_ / "wapiti", "-u", house.door(role) + start, "--scope", "domain",
            "-x", house.door(role) + "/sign-out/", "-x", house.door(role) + "/signed-in/*",
            "-d", 3, "--max-files-per-dir", 4, "--max-links-per-page", 20,
            "--max-scan-time", 45, "--max-attack-time", 10, "--no-bugreport", "-m", WAPITI,
            "-f", "json", "-o", report, "--flush-session",
            "--store-session", house.made.root / "wapiti",
            "--store-config", house.made.root / "wapiti", seconds=400,
        )  # fmt: skip
        if not report.exists():
            step.findings.append(f"{role}: it did not finish ({code}): {said[-300:]}")
            continue
        told = json.loads(report.read_text())
        crawled += told["infos"].get("crawled_pages_nbr", 0)
        for part in ("vulnerabilities", "anomalies"):
            for kind, cases in told[part].items():
                step.findings += [
                    f"{role}: {kind}: {c['method']} {c['path']} {c['info'][:150]}"
                    for c in cases
                ]
    step.did = f"{crawled} pages as {', '.join(starts)}; {WAPITI}"
    if crawled < (1 if quick else 20):
        step.findings.append(f"It saw only {crawled} pages")
    return step


def sqlmap(house: House, quick: bool) -> Step:
    bin_ = tools.install("sqlmap")
    step = Step(f"sqlmap {tools.version('sqlmap')}", "")
    asked = [
        ("client", "/api/v1/schedule/?from=2026-10-01&to=2026-10-10", ""),
        ("client", "/api/v1/check-ins/?cursor=cD0yMDI2", ""),
        ("client", "/check-in/mood/", "mood=3"),
        ("counselor", "/desk/people/?q=rosa", ""),
        ("visitor", "/sign-in/", "address=rosa@example.org"),
        ("visitor", "/language/", "language=es&next=/"),
    ]
    asked = asked[: 1 if quick else None]
    for role, path, data in asked:
        code, said = tools.output_of(
            bin_ / "sqlmap", "-u", house.door(role) + path, *(["--data", data] if data else []),
            "--batch", "--level", 1, "--risk", 1, "--technique", "BEUS", "--flush-session",
            "--output-dir", house.made.root / "sqlmap", "--disable-coloring", "--threads", 2,
            "--ignore-code", "400,403,404,409", "--skip-waf", seconds=240,
        )  # fmt: skip
        if "all tested parameters do not appear" not in said:
            step.findings.append(f"{role} {path}: {said[-300:]} ({code})")
    step.did = f"{len(asked)} addresses: {', '.join(path for _, path, _ in asked)}"
    return step


def forms(house: House, quick: bool) -> Step:
    found = fuzz.run(house, 60 if quick else 1000, lambda line: None)
    raw = fuzz.raw(house, 60 if quick else 500)
    groups = ", ".join(
        f"{g} {sum(c.values())}" for g, c in sorted(found.counts.items())
    )
    step = Step(
        "own fuzzer of pages",
        f"{found.requests} requests as {len(house.roles)} roles ({groups}); "
        f"{sum(raw.values())} that are no HTTP ({_counted(raw)})",
        found.findings,
    )
    # 501 and 505 are what a method or a version of HTTP that is none is answered with.
    wrong = [s for s in raw if s.isdigit() and s >= "500" and s not in ("501", "505")]
    step.findings += [f"raw: {raw[status]} answers {status}" for status in wrong]
    few = (
        [] if quick else [g for g, c in found.counts.items() if sum(c.values()) < 1000]
    )
    step.findings += [f"fewer than 1,000 requests to {group}" for group in few]
    return step


def _counted(counter) -> str:
    return ", ".join(f"{name}: {n}" for name, n in sorted(counter.items()))


def log(house: House, quick: bool) -> Step:
    size = house.log.stat().st_size
    return Step("the log of all this", f"{size} bytes", house.faults()[:10])


def bandit(house: House | None, quick: bool) -> Step:
    bin_ = tools.install("bandit")
    _, said = tools.output_of(
        bin_ / "bandit", "-q", "-r", *OURS, "-ll", "-f", "json", seconds=120
    )
    told = json.loads(said[said.index("{") : said.rindex("}") + 1])
    lines = told["metrics"]["_totals"]["loc"]
    return Step(
        f"bandit {tools.version('bandit')}",
        f"{lines} lines, medium and above",
        [f"{r['test_id']} {r['filename']}:{r['line_number']} {r['issue_text']}"
         for r in told["results"]] + ([] if lines else ["It read nothing"]),
    )  # fmt: skip


def semgrep(house: House | None, quick: bool) -> Step:
    bin_ = tools.install("semgrep")
    _, said = tools.output_of(
        bin_ / "semgrep", "scan", "--config", tools.HERE / "rules.yml", "--metrics", "off",
        "--disable-version-check", "--json", "--quiet", "apps", "companion", "frontend",
        "scripts", seconds=240, env={"PATH": f"{bin_}:/usr/bin:/bin"},
    )  # fmt: skip
    told = json.loads(said[said.index('{"') :])
    read = len(told["paths"]["scanned"])
    in_part = [e for e in told["errors"] if "Syntax error" in str(e.get("message"))]
    rules = (tools.HERE / "rules.yml").read_text().count("- id:")
    return Step(
        f"semgrep {tools.version('semgrep')}",
        f"{rules} rules of our own, {read} files, {len(in_part)} of them read in part (it "
        "does not know every statement of Python)",
        [f"{r['check_id'].split('.')[-1]} {r['path']}:{r['start']['line']}"
         for r in told["results"]]
        + [str(e.get("message", e))[:200] for e in told["errors"] if e not in in_part]
        + ([] if read > 100 else [f"It read only {read} files"]),
    )  # fmt: skip


def secrets(house: House | None, quick: bool) -> Step:
    bin_ = tools.install("detect-secrets")
    _, said = tools.output_of(
        bin_ / "detect-secrets", "scan", "--exclude-files",
        r"(\.lock|package-lock\.json|built\.json|locale/.*|static/.*)$", seconds=120,
    )  # fmt: skip
    told = json.loads(said[said.index("{") :])
    known = json.loads((tools.HERE / "known_secrets.json").read_text())
    found = [
        f"{path}: {one['type']} {one['hashed_secret'][:8]}"
        for path, ones in told["results"].items()
        for one in ones
    ]
    return Step(
        f"detect-secrets {tools.version('detect-secrets')}",
        f"every file but locks and built ones; {sum(one in known for one in found)} "
        "that look like one and are known to be none",
        [one for one in found if one not in known],
    )


def holes(house: House | None, quick: bool) -> Step:
    told = json.loads(advisories.LIST.read_text())
    packages = advisories.everything_locked()
    today = dt.datetime.now(dt.UTC).date()
    return Step(
        "advisories",
        "; ".join(advisories.age(told, today))
        + f"; {advisories.not_covered(told, packages)} of {len(packages)} packages"
        " have no entry in either",
        advisories.check(told, packages),
    )


STILL: dict[str, Callable] = {
    "bandit": bandit,
    "semgrep": semgrep,
    "secrets": secrets,
    "advisories": holes,
}
RUNNING: dict[str, Callable] = {
    "observatory": observatory,
    "schema": schema,
    "sqlmap": sqlmap,
    "wapiti": wapiti,
    "forms": forms,
    "log": log,
}
