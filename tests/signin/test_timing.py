import statistics
import time

import pytest

from tests.signin.conftest import EMAIL, PHONE

pytestmark = [pytest.mark.django_db, pytest.mark.soak]
ROUNDS = 200


@pytest.mark.parametrize(
    ("known", "unknown"), [(PHONE, "+16175550999"), (EMAIL, "nobody@example.org")]
)
def test_an_unknown_address_takes_as_long_as_a_known_one(
    client, rosa, settings, known, unknown
):
    settings.ACCOUNT_RATE_LIMITS = False
    took = {known: ([], []), unknown: ([], [])}

    # In turns, so that a busy machine slows both alike.
    for _ in range(ROUNDS):
        for address, (asking, trying) in took.items():
            client.cookies.clear()
            asking.append(_timed(client, "/sign-in/", {"address": address}))
            trying.append(_timed(client, "/sign-in/code/", {"code": "000000"}))

    for one, other in zip(took[known], took[unknown], strict=True):
        assert statistics.median(one) == pytest.approx(
            statistics.median(other), rel=0.15
        )


def _timed(client, path, data):
    began = time.perf_counter()
    client.post(path, data)
    return time.perf_counter() - began
