import pytest
from django.urls import reverse

from apps.disclosures import patient_notice
from apps.disclosures.models import NoticeRead
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
TODAY, NOTICE = reverse("home:today"), reverse("records:notice")


@pytest.fixture
def user():
    return AssignmentFactory().enrollment.client.user


@pytest.fixture
def own_words(settings, tmp_path):
    def write(text):
        settings.NOTICE_DIR = str(tmp_path)
        (tmp_path / "notice.en.txt").write_text(text, "utf-8")
        patient_notice._texts.cache_clear()

    yield write
    patient_notice._texts.cache_clear()


def test_it_is_shown_after_the_first_sign_in_until_it_was_read(client, user):
    client.force_login(user)
    assert NOTICE in client.get(TODAY).text

    client.post(NOTICE)

    assert NOTICE not in client.get(TODAY).text
    [read] = NoticeRead.objects.all()
    assert (read.version, read.read_at) == (patient_notice.version(), NOON)
    client.force_login(user)
    assert NOTICE not in client.get(TODAY).text


def test_new_words_are_shown_once_more(client, user, own_words):
    """Fault: the notice changes and nobody who is here is told."""
    own_words("First words.")
    client.force_login(user)
    client.post(NOTICE)

    own_words("Second words.")
    client.force_login(user)

    assert NOTICE in client.get(TODAY).text
    assert "Second words." in client.get(NOTICE).text
    client.post(NOTICE)
    client.force_login(user)
    assert NOTICE not in client.get(TODAY).text
    assert NoticeRead.objects.count() == 2


def test_it_stays_within_reach(client, user):
    client.force_login(user)
    client.post(NOTICE)

    assert NOTICE in client.get(reverse("records:my_records")).text
    assert "You read it on Oct 14, 2026." in client.get(NOTICE).text


def test_the_default_says_whose_it_is_to_replace_and_whom_to_complain_to():
    words = " ".join(patient_notice.paragraphs("en"))

    for said in ("plain default", "Secretary", "42 CFR part 2", "take back"):
        assert said in words
    assert "Secretario" in " ".join(patient_notice.paragraphs("es"))
    assert len(patient_notice.paragraphs("en")) == len(patient_notice.paragraphs("es"))
