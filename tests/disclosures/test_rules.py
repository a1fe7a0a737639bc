import datetime as dt

import pytest

from apps.disclosures.rules import (
    ELEMENTS,
    Recipient,
    Terms,
    covers,
    is_combined,
    missing_elements,
)
from tests.conftest import NOON

TODAY = NOON.date()
SECOND = dt.timedelta(seconds=1)
WHOLE = {
    "kind": "TPO",
    "patient_name": "Rosa Sample",
    "discloser": "Harbor",
    "categories": ["ATTENDANCE"],
    "description": "The days I came",
    "recipient": {"name": "Dr. Lee", "kind": "CARE"},
    "purpose": "CARE",
    "revocation": "Any time",
    "expires_on": TODAY,
    "redisclosure": "May be shared again",
    "signature": "Rosa Sample",
    "signed_at": NOON,
    "wording_version": "2026-11",
}
TERMS = Terms(
    kind="RECORDS",
    recipient=Recipient("Dr. Lee", "CARE"),
    categories=("ATTENDANCE", "CHECKINS"),
    purpose="CARE",
    signed_at=NOON,
    expires_on=TODAY,
    ended_at=None,
)
ASKED = {
    "recipient": Recipient("Dr. Lee", "CARE"),
    "category": "ATTENDANCE",
    "purpose": "CARE",
    "at": NOON,
    "today": TODAY,
}


def _changed(terms, **changes):
    return Terms(**vars(terms) | changes)


def test_there_are_twelve_elements_and_a_whole_consent_lacks_none():
    assert len(ELEMENTS) == 12
    assert missing_elements(WHOLE) == []


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("empty", [None, "", "  "], ids=["none", "empty", "blank"])
def test_each_element_is_missed(element, empty):
    said = WHOLE | {"expires_on" if element == "expiry" else element: empty}

    assert missing_elements(said) == [element]


@pytest.mark.parametrize(
    ("kind", "categories", "purpose", "combined"),
    [
        pytest.param("RECORDS", ["ATTENDANCE", "PLAN"], "CARE", False, id="records"),
        pytest.param("RECORDS", ["COUNSELING_NOTES"], "CARE", True, id="notes as records"),
        pytest.param("TPO", ["PLAN", "COUNSELING_NOTES"], "CARE", True, id="notes beside"),
        pytest.param("NOTES", ["COUNSELING_NOTES"], "CARE", False, id="notes alone"),
        pytest.param("NOTES", ["COUNSELING_NOTES", "PLAN"], "CARE", True, id="notes and plan"),
        pytest.param("NOTES", ["COUNSELING_NOTES"], "PROCEEDINGS", True, id="notes for a case"),
        pytest.param("PROCEEDINGS", ["CHECKINS"], "PROCEEDINGS", False, id="a case alone"),
        pytest.param("PROCEEDINGS", ["CHECKINS"], "CARE", True, id="a case and care"),
        pytest.param("RECORDS", ["CHECKINS"], "PROCEEDINGS", True, id="records for a case"),
    ],
)  # fmt: skip
def test_notes_and_legal_proceedings_stand_alone(kind, categories, purpose, combined):
    assert is_combined(kind, categories, purpose) is combined


@pytest.mark.parametrize(
    ("changes", "asked", "may"),
    [
        pytest.param({}, {}, True, id="as signed"),
        pytest.param({}, {"recipient": Recipient("dr.  LEE", "CARE")}, True, id="spelled so"),
        pytest.param({}, {"recipient": Recipient("Dr. Lee", "COURT")}, False, id="other kind"),
        pytest.param({}, {"recipient": Recipient("Dr. Li", "CARE")}, False, id="other name"),
        pytest.param({}, {"category": "PLAN"}, False, id="not that"),
        pytest.param({}, {"purpose": "WORK"}, False, id="not for that"),
        pytest.param({}, {"at": NOON - SECOND}, False, id="before it was signed"),
        pytest.param({}, {"today": TODAY + dt.timedelta(days=1)}, False, id="day after"),
        pytest.param({"ended_at": NOON}, {}, False, id="taken back this second"),
        pytest.param({"ended_at": NOON + SECOND}, {}, True, id="taken back next second"),
        pytest.param({"expires_on": None}, {"today": dt.date(2099, 1, 1)}, True, id="no end"),
        pytest.param(
            {"recipient": Recipient("Court", "COURT")},
            {"recipient": Recipient("Court", "COURT")},
            True,
            id="court, attendance",
        ),
        pytest.param(
            {"recipient": Recipient("Court", "COURT")},
            {"recipient": Recipient("Court", "COURT"), "category": "CHECKINS"},
            False,
            id="court, check-ins",
        ),
        pytest.param(
            {"recipient": Recipient("Court", "COURT"), "kind": "PROCEEDINGS"},
            {"recipient": Recipient("Court", "COURT"), "category": "CHECKINS"},
            True,
            id="court, check-ins, signed for a case",
        ),
        pytest.param(
            {"categories": ("COUNSELING_NOTES",)},
            {"category": "COUNSELING_NOTES"},
            False,
            id="notes under another kind",
        ),
    ],
)  # fmt: skip
def test_a_consent_covers_what_it_says_and_nothing_else(changes, asked, may):
    assert covers(_changed(TERMS, **changes), **ASKED | asked) is may
