import csv
import io

import pytest

from apps.common.csv_cells import safe_cell, write_csv


@pytest.mark.parametrize(
    "begins",
    ["=", "+", "-", "@", "\t", "\r", "\0", " =", "\n=", "  \t@", "\u00a0+", " \0"],
)
def test_no_cell_becomes_a_formula(begins):
    """Fault: a name of =HYPERLINK(…) is run by the spreadsheet of who opens the list."""
    assert safe_cell(f"{begins}HYPERLINK(1)") == f"'{begins}HYPERLINK(1)"


@pytest.mark.parametrize("plain", ["Rosa", "a=b", "", "7", " Rosa-Lee", "'x"])
def test_other_cells_stay_as_they_are(plain):
    assert safe_cell(plain) == plain


def test_what_is_nothing_is_empty_and_what_is_a_number_is_one():
    assert (safe_cell(None), safe_cell(7)) == ("", "7")


def test_heads_and_rows_are_safe_and_quoted():
    file = io.StringIO()

    write_csv(file, ["=head", "b"], [["@x", 'say "hi", then'], [None, 1]])

    file.seek(0)
    assert list(csv.reader(file)) == [
        ["'=head", "b"],
        ["'@x", 'say "hi", then'],
        ["", "1"],
    ]
