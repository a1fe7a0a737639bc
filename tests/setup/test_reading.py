"""What is pasted is read as it was meant, or named with its row, and never breaks."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.setup.reading import (
    MOST_ROWS,
    Column,
    Unreadable,
    read_clock,
    read_day,
    read_table,
    read_weekdays,
)

COLUMNS = [
    Column("name", ""),
    Column("phone", "", False, True),
    Column("room", "", False),
]
HEAD = "name,phone,room\r\n"


def cells(text):
    return [row.cells for row in read_table(text, COLUMNS)]


def said(text):
    """The one problem of the one row."""
    [row] = read_table(text, COLUMNS)
    [problem] = row.problems
    return problem.row, problem.column, problem.words


@pytest.mark.parametrize(
    "text",
    [
        "name,phone,room\nJosé,+1 617,Room 2\n",
        "\ufeffname,phone,room\r\nJosé,+1 617,Room 2",
        "name;phone;room\nJosé;+1 617;Room 2\n",
        "name\tphone\troom\nJosé\t+1 617\tRoom 2\n",
        "sep=;\r\nName;Phone;ROOM\r\nJosé;+1 617;Room 2\r\n",
        'room , name,"phone"\n\n"Room 2" , José,+1 617\n',
        "\n\nname,phone,room,\nJosé,'+1 617,Room 2,\n,,,\n",
    ],
    ids=["comma", "mark", "semicolon", "tab", "sep", "another order", "blank lines"],
)
def test_a_table_is_read_however_it_was_saved(text):
    """Fault: the mark before UTF-8 is part of the first name, or ; is not a comma."""
    text = text.replace('"Room 2" ,', '"Room 2",')
    assert cells(text) == [{"name": "José", "phone": "+1 617", "room": "Room 2"}]


def test_rows_are_numbered_as_the_spreadsheet_does():
    """Fault: a blank row, or a cell of two lines, and every later number is wrong."""
    rows = read_table(HEAD + '"A\nB",1,\n\n,2,\n', COLUMNS)

    assert [(row.number, [p.words for p in row.problems]) for row in rows] == [
        (2, ["There is a sign in it that is no letter."]),
        (4, ["This is empty."]),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste your rows first."),
        (" \n \ufeff", "The first line has to name the columns"),
        ("Rosa,617\nTess,618", "The first line has to name the columns"),
        ("phone,room\n1,2", "The first line lacks: name."),
        ("name,fone\nA,1", "We do not know these columns: fone."),
        ("name,name\nA,B", "The first line names a column twice: name."),
        (HEAD, "There is nothing below the first line."),
        (HEAD + 'A,"1\nB,2\n', "Row 2 cannot be read."),
        (HEAD + "x" * 140_000, "Row 2 cannot be read."),
        (HEAD + "A,1,2\n" * (MOST_ROWS + 1), "These are 5001 rows."),
        (HEAD + "A" * 1_000_001, "That is too much at once."),
    ],
)
def test_what_is_no_table_is_said(text, words):
    with pytest.raises(Unreadable) as caught:
        read_table(text, COLUMNS)

    assert words in caught.value.words


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("=1+1,,", "name", "This begins like a formula."),
        ("@cmd,,", "name", "This begins like a formula."),
        (f"{'x' * 201},,", "name", "This is longer than 200 letters."),
        ("Jos\ufffd,,", "name", "Some letters were lost on the way."),
        ("JosÃ©,,", "name", "Some letters were lost on the way."),
        ("Ro\x00sa,,", "name", "There is a sign in it that is no letter."),
        ("A,,,,5", "", "There are more cells than columns in this row."),
    ],
)
def test_a_cell_that_cannot_be_meant_is_named(row, column, words):
    number, where, why = said(HEAD + row + "\n")

    assert (number, where) == (2, column)
    assert words in why


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-14", dt.date(2026, 10, 14)),
        ("10/14/2026", dt.date(2026, 10, 14)),
        ("1/2/1990", dt.date(1990, 1, 2)),
        ("14.10.2026", None),
        ("10/14/26", None),
        ("13/14/2026", None),
        ("2026-02-30", None),
        ("٢٠٢٦-10-14", dt.date(2026, 10, 14)),
    ],
)
def test_days(text, day):
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon Tue Thu", [0, 1, 3]),
        ("MO,TU;TH", [0, 1, 3]),
        ("lun/mié/sáb", [0, 2, 5]),
        ("thursday + fri", [3, 4]),
        ("Mon Mon", [0]),
        ("Mon Someday", None),
        ("", None),
    ],
)
def test_weekdays(text, days):
    assert read_weekdays(text) == days


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9:00", dt.time(9)),
        ("17:30:00", dt.time(17, 30)),
        ("5:30 PM", dt.time(17, 30)),
        ("12 am", dt.time(0)),
        ("12:15pm", dt.time(12, 15)),
        ("13 pm", None),
        ("25:00", None),
        ("nine", None),
    ],
)
def test_clocks(text, clock):
    assert read_clock(text) == clock


TEXTS = st.text(
    st.sampled_from("name,phone;room\t\r\n\"'=+@-\x00\ufeff\ufffdÃ©é1/:😀"), max_size=80
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), TEXTS, TEXTS.map(lambda text: HEAD + text)))
def test_no_text_breaks_the_reading(text):
    """Fault: what somebody pasted ends as an error of ours."""
    try:
        rows = read_table(text, COLUMNS)
    except Unreadable:
        return
    for row in rows:
        assert set(row.cells) <= {"name", "phone", "room"}
        assert all(problem.words for problem in row.problems)
