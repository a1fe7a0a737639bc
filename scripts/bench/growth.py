"""What a house full of other people costs one of them: the same request in a house of few
and in one of many, by turns in one run, each with a worker of its own."""

import statistics
from contextlib import ExitStack
from pathlib import Path

from scripts.bench import machine
from scripts.bench.cpu import Browser, Case, burst

PAGES = {
    "Today": ("client", "/"),
    "Schedule": ("client", "/schedule/"),
    "Schedule by API": ("client", "/api/v1/schedule/"),
    "desk": ("staff", "/desk/"),
    "rosters": ("staff", "/desk/rosters/"),
    "week": ("staff", "/desk/week/"),
}
WARM_UP = 5


def run(folder: Path, few: int, many: int, rounds: int, requests: int) -> None:
    with ExitStack() as stack:
        houses = [
            _house(stack, folder / str(clients), clients) for clients in (few, many)
        ]
        for cases, browsers, pid in houses:
            for browser in browsers.values():
                # Making the other house takes longer than an idle connection is kept.
                browser.connection.close()
            for case in cases:
                burst(case, browsers[case.who], pid, WARM_UP)
                case.cpu_ms.clear()
        for _ in range(rounds):
            for number in range(len(PAGES)):
                for cases, browsers, pid in houses:
                    case = cases[number]
                    burst(case, browsers[case.who], pid, requests)
    _report(few, many, [cases for cases, *_ in houses])


def _house(stack: ExitStack, folder: Path, clients: int):
    env = machine.environment(folder)
    machine.make(env, clients)
    port, pid = stack.enter_context(machine.one_worker(env))
    people = machine.people(env)
    browsers = {
        who: Browser(port, people[machine.HANDLES[who]][1])
        for who in ("client", "staff")
    }
    return [Case(name, *page) for name, page in PAGES.items()], browsers, pid


def _report(few: int, many: int, houses: list[list[Case]]) -> None:
    print(f"\n{'CPU ms/request':22}{few:>9}{many:>9}{'×':>7}  of {many // few} times")
    for of_few, of_many in zip(*houses, strict=True):
        small, large = (statistics.median(case.cpu_ms) for case in (of_few, of_many))
        print(f"{of_few.name:22}{small:>9.2f}{large:>9.2f}{large / small:>7.2f}")
