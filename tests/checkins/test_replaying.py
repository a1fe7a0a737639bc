import json

import pytest
from django.core.management import CommandError, call_command

from apps.checkins.models import CheckinDay, Submission


def replayed(tmp_path, capsys, text, encoding="utf-8"):
    file = tmp_path / "answers.csv"
    file.write_text(text, encoding=encoding)
    call_command("replay_checkins", str(file), "--json")
    return json.loads(capsys.readouterr().out)


def days_of(person, *cravings, first=1):
    return [
        f"{person},{first + place},{'' if value is None else value},"
        for place, value in enumerate(cravings)
    ]


def table(*rows):
    return "\n".join(["person,day,craving,use", *rows]) + "\n"


def test_each_rule_is_counted_by_day_and_shared_by_answered_days(tmp_path, capsys):
    text = table(
        # A jump on the fifth answered day; the empty one is no answer and no zero.
        *days_of("a", 2, 2, None, 2, 2, 6),
        # Rising across a gap, and high at the end.
        *days_of("b", 3, None, 5),
        *days_of("b", 8, first=9),
        *days_of("c", 0, 0),
        "c,3,,1",
    )

    assert replayed(tmp_path, capsys, text) == {
        "people": 3,
        "answered_days": 11,
        "rules": {
            "R05": {"days": 1, "share": 0.0909},
            "R06": {"days": 1, "share": 0.0909},
            "R07": {"days": 1, "share": 0.0909},
            "R02": {"days": 1, "share": 0.0909},
            "R04": {"days": 0, "share": 0.0},
        },
        "any_craving_rule_share": 0.1818,
        "never_flagged_share": 0.3333,
    }


def test_what_is_usual_is_of_the_seven_calendar_days_before(tmp_path, capsys):
    """Fault: seven answers back, however old."""
    old = table(*days_of("a", 2, 2, 2, 2), *days_of("a", 7, first=20))

    assert replayed(tmp_path, capsys, old)["rules"]["R06"]["days"] == 0


def test_nothing_looked_at_before_silences_a_rule(tmp_path, capsys):
    text = table(*days_of("a", 8, 8, 8))

    assert replayed(tmp_path, capsys, text)["rules"]["R05"]["days"] == 3


def test_order_of_rows_dates_and_a_mark_of_excel_make_no_difference(tmp_path, capsys):
    numbers = table(*days_of("a", 2, 2, 2, 2, 6.5))
    dates = table(
        *(f"a,2026-03-0{day},{craving},0" for day, craving in ((9, 6.5), (8, 2))),
        *(f"a,2026-03-0{day},2,0" for day in (6, 7, 5)),
    )

    of_numbers = replayed(tmp_path, capsys, numbers)
    of_dates = replayed(tmp_path, capsys, dates, encoding="utf-8-sig")

    assert of_numbers == of_dates
    assert of_dates["rules"]["R06"]["days"] == 1


def test_the_words_for_people_and_a_table_of_nobody(tmp_path, capsys):
    file = tmp_path / "answers.csv"
    file.write_text(table("a,1,,"))

    call_command("replay_checkins", str(file))

    assert "0 people, 0 answered days" in capsys.readouterr().out


@pytest.mark.django_db
def test_nothing_is_written(tmp_path, capsys, django_assert_num_queries):
    with django_assert_num_queries(0):
        replayed(tmp_path, capsys, table(*days_of("a", 9)))

    assert not Submission.objects.exists()
    assert not CheckinDay.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("person,craving\na,3\n", "The first line has to be person,day,craving,use."),
        ("", "The first line has to be person,day,craving,use."),
        (table("a,1,11,"), "Line 2: craving is a number from 0 to 10, or empty."),
        (table("a,1,nan,"), "Line 2: craving is a number from 0 to 10, or empty."),
        (table("a,1,3,", "a,2,3,yes"), "Line 3: use is 0, 1 or empty."),
        (table("a,Monday,3,"), "Line 2: the day is a whole number or a date"),
        (table("a,99999999999,3,"), "Line 2: the day is a number from"),
        (table("a,1,3,", "a,1,4,"), "Line 3: this person has this day already."),
        (table("a,1,3,", "a,2026-01-01,4,"), "Line 3: days of one person are"),
        (table(",1,3,"), "Line 2: the person is missing."),
        (table("a,1,3"), "Line 2: it has more or fewer columns"),
        (table("a,1,3,0,x"), "Line 2: it has more or fewer columns"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path, capsys, text, said):
    with pytest.raises(CommandError, match=said):
        replayed(tmp_path, capsys, text)


def test_what_is_no_text_is_named(tmp_path, capsys):
    with pytest.raises(CommandError, match="is not a text in UTF-8"):
        replayed(tmp_path, capsys, table("é,1,3,"), encoding="latin-1")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("replay_checkins", str(tmp_path / "none.csv"))


def test_other_numbers_can_be_tried(tmp_path, capsys):
    """Fault: an option that is read and changes nothing."""
    file = tmp_path / "answers.csv"
    file.write_text(table(*days_of("a", 2, 2, 2, 2, 4), *days_of("b", 7, 7)))
    tried = {"--craving-high": ("R05", 0, 2, "7"), "--craving-jump": ("R06", 0, 1, "2")}

    for option, (rule, usually, then, number) in tried.items():
        call_command("replay_checkins", str(file), "--json")
        assert json.loads(capsys.readouterr().out)["rules"][rule]["days"] == usually
        call_command("replay_checkins", str(file), "--json", option, number)
        assert json.loads(capsys.readouterr().out)["rules"][rule]["days"] == then

    with pytest.raises(CommandError, match="--craving-high is a number from 5 to 9"):
        call_command("replay_checkins", str(file), "--craving-high", "10")
