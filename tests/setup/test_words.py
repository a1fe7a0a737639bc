"""What a program offers and asks, and that nothing is asked where nobody reads it."""

import importlib

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care import vocabulary
from apps.care.models import ProgramItem, Site, SiteLine
from apps.care.rules.checkin_gate import Gap
from apps.care.services.checkin_gate import gaps_of
from apps.care.services.vocabulary import offer_of
from apps.setup.services import words
from tests.conftest import NOON
from tests.factories.care import ProgramFactory, ProgramItemFactory, SiteFactory
from tests.setup.rows import SetUpHouse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
COVER = {
    "after_hours": "Whoever is on call is told.",
    "holiday_cover": "Lourdes reads.",
}


@pytest.fixture
def house(client):
    house = SetUpHouse()
    client.force_login(house.alex)
    return house


def words_url(house, which="sets-off", program=None):
    return reverse("setup:words", args=[(program or house.program).pk, which])


def ticked(page) -> dict:
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields}


def add(house, client, **typed):
    url = reverse("setup:new_word", args=[house.program.pk, "sets-off"])
    words = {"label_en": "The ferry dock", "label_es": "El muelle", "group": "place"}
    return client.post(url, words | typed)


# -- The words of a program -------------------------------------------------------------


def test_what_is_hidden_is_offered_no_more_and_the_ways_out_stay(client, house):
    """Fault: without "none of these" somebody has to say what is not so."""
    page = client.get(words_url(house))
    assert "trg.none" not in page.text
    keep = ticked(page) | {"place": ["trg.place.home"], "other": []}

    client.post(words_url(house), keep)

    house.program.refresh_from_db()
    offered = offer_of(house.program).codes("triggers")
    places = {code for code in offered if code.startswith("trg.place.")}
    assert places == {"trg.place.home"}
    assert vocabulary.ALWAYS_OFFERED & {"trg.none", "trg.other"} <= offered
    assert ticked(client.get(words_url(house)))["place"] == ["trg.place.home"]
    # Ticked again it is back, and the other lists were never touched.
    client.post(words_url(house), ticked(page))
    house.program.refresh_from_db()
    assert house.program.hidden_codes == []


def test_a_word_gets_a_number_that_no_other_of_the_house_ever_had(client, house):
    """Fault: who moves to another program, and whose answer says something else there."""
    add(house, client)
    elsewhere = ProgramFactory(site=house.site, name="Evening")
    item = words.add_word(
        program=elsewhere, kind="TRIGGER", group="place", label_en="The pier",
        label_es="El muelle", at=NOON, by=_by(house),
    )  # fmt: skip
    neighbor = ProgramItemFactory(code="trg.prg.1")

    assert item.code == "trg.prg.2"
    assert neighbor.organization != house.organization
    first = ProgramItem.objects.get(program=house.program)
    assert (first.code, first.group) == ("trg.prg.1", "place")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgramItemFactory(program=elsewhere, code="trg.prg.2")


def _by(house):
    from apps.audit.actors import Actor

    return Actor(house.alex.pk, "STAFF", house.organization.pk, source="WEB")


def test_a_word_changes_its_name_and_never_its_code(client, house):
    add(house, client)
    item = ProgramItem.objects.get()
    url = reverse("setup:word", args=[item.pk])

    client.post(url, {"label_en": "Dock 2", "label_es": "Muelle 2", "group": "place"})

    item.refresh_from_db()
    assert (item.code, item.label_en, item.is_offered) == ("trg.prg.1", "Dock 2", False)
    assert item.code not in offer_of(house.program).codes("triggers")
    # Its number is not given to the next one.
    add(house, client)
    assert {i.code for i in ProgramItem.objects.all()} == {"trg.prg.1", "trg.prg.2"}
    done = AuditEvent.objects.filter(action__startswith="care.word_")
    assert sorted(done.values_list("action", flat=True)) == [
        "care.word_added",
        "care.word_added",
        "care.word_changed",
    ]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"label_en": " cash IN hand "}, "label_en"),
        ({"label_es": ""}, "label_es"),
        ({"label_en": "x" * 61}, "label_en"),
        ({"group": "people_i_owe"}, "group"),
    ],
)
def test_a_word_that_cannot_be_is_refused_at_its_field(client, house, typed, field):
    """Fault: two chips that say the same, or one without words in Spanish."""
    page = add(house, client, **typed)

    assert list(page.context["form"].errors) == [field]
    assert not ProgramItem.objects.exists()


def test_another_house_is_not_there(client, house):
    """Fault: an admin changes the words of somebody else's program."""
    theirs = ProgramItemFactory()

    for url in (
        reverse("setup:word", args=[theirs.pk]),
        words_url(house, program=theirs.program),
        reverse("setup:questions", args=[theirs.program.pk]),
        reverse("setup:checkins", args=[theirs.program.site_id]),
        words_url(house, which="anything"),
    ):
        assert client.get(url).status_code == 404


# -- What is asked ----------------------------------------------------------------------


def test_a_program_leaves_out_and_adds_questions(client, house):
    url = reverse("setup:questions", args=[house.program.pk])
    assert "Since this time yesterday, did you drink" in client.get(url).text

    client.post(url, {"sleep": "on", "confidence": "on"})

    house.program.refresh_from_db()
    assert house.program.optional_questions == ["sleep", "confidence"]


def test_one_way_to_the_question_about_safety_stays(client, house):
    """Fault: a program is made whose people are never asked whether they are safe."""
    url = reverse("setup:questions", args=[house.program.pk])

    page = client.post(url, {"triggers": "on", "body": "on"})

    assert list(page.context["form"].errors) == ["mood"]
    with pytest.raises(words.OneStays):
        words.ask(program=house.program, optional=["body"], at=NOON, by=_by(house))
    house.program.refresh_from_db()
    assert "mood" in house.program.optional_questions


# -- On only where somebody reads -------------------------------------------------------


@pytest.fixture
def bare(house):
    """As a new site is made: nothing said beside its hours."""
    Site.objects.update(
        checkins_on=False, after_hours="", holiday_cover="", on_call=None
    )
    house.site.refresh_from_db()
    return house.site


def say_all(house):
    house.site.on_call = house.ana
    house.site.save()
    SiteLine.objects.create(
        site=house.site, kind="AFTER_HOURS", label="Evenings", number="617-555-0111",
        last_checked_on=NOON.date(),
    )  # fmt: skip


def test_check_ins_go_on_only_when_everything_is_said(client, house, bare):
    """Fault: people answer into a queue that nobody reads."""
    url = reverse("setup:checkins", args=[bare.pk])
    on = COVER | {"readers": [house.ana.pk], "switch": "on"}

    page = client.post(url, on)

    bare.refresh_from_db()
    assert not bare.checkins_on
    assert "Name who is on call" in page.text
    assert "phone number for evenings" in page.text
    # What was written is kept, also while it is not enough.
    assert (bare.after_hours, bare.holiday_cover) == tuple(COVER.values())
    assert gaps_of(bare) == [Gap.ON_CALL, Gap.AFTER_HOURS_NUMBER]

    say_all(house)
    client.post(url, on)

    bare.refresh_from_db()
    assert bare.checkins_on
    done = AuditEvent.objects.filter(action__startswith="care.checkins_")
    assert [*done.order_by("pk").values_list("action", flat=True)].count(
        "care.checkins_on"
    ) == 1


def test_while_they_are_on_nothing_of_it_is_taken_away(client, house, bare):
    """Fault: the last reader is unticked, or the hours emptied, and nobody notices."""
    say_all(house)
    url = reverse("setup:checkins", args=[bare.pk])
    client.post(url, COVER | {"readers": [house.ana.pk], "switch": "on"})

    no_reader = client.post(url, COVER)
    site_form = {
        "name": "Boston", "timezone": "America/New_York", "checked_on": "2026-10-10",
        "on_call": house.ana.pk, "after_hours_line": "617-555-0111",
    }  # fmt: skip
    no_hours = client.post(reverse("setup:change_site", args=[bare.pk]), site_form)

    assert "Name at least one person" in no_reader.text
    assert list(no_hours.context["form"].errors) == ["opens"]
    bare.refresh_from_db()
    assert bare.checkins_on
    assert bare.staffed_hours
    assert bare.checkin_readers.get() == house.ana
    client.post(url, COVER | {"switch": "off"})
    bare.refresh_from_db()
    assert not bare.checkins_on


def test_who_works_here_no_more_reads_nothing(house):
    say_all(house)
    house.site.checkin_readers.add(house.ana)
    assert gaps_of(house.site) == []

    house.ana.is_active = False
    house.ana.save()

    assert gaps_of(Site.objects.get(pk=house.site.pk)) == [Gap.ON_CALL, Gap.READERS]


def test_the_database_keeps_them_off_without_cover(bare):
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=bare.pk).update(checkins_on=True)


def test_a_site_from_before_stays_on_only_where_somebody_reads(house, bare):
    """Fault: the new release asks people nothing any more, or goes on where nobody reads."""
    say_all(house)
    other = SiteFactory(
        organization=house.organization, checkins_on=False, after_hours=""
    )
    migration = importlib.import_module("apps.care.migrations.0013_words_of_programs")

    migration.switch_on_where_somebody_reads(apps, None)

    bare.refresh_from_db()
    other.refresh_from_db()
    assert (bare.checkins_on, other.checkins_on) == (True, False)
    assert gaps_of(bare) == []
