import pytest

from tests.notifications.outside import Outside


@pytest.fixture
def outside(transactional_db, tmp_path):
    outside = Outside(tmp_path)
    yield outside
    outside.stop()
