import pytest

from apps.plans.changes import ChangedLine, Line, Mark, Part, changed_lines


def words(changed: list[ChangedLine]) -> list[str]:
    """``[-out-]`` and ``{+in+}``, as a reader would mark it by hand."""
    marks = {Mark.ADDED: "{{+{}+}}", Mark.REMOVED: "[-{}-]", Mark.SAME: "{}"}
    return [
        " ".join(marks[part.mark].format(part.text) for part in line.parts)
        for line in changed
    ]


def lines(*texts):
    return [Line(text) for text in texts]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(lines("A b"), lines("A b"), [], id="the same"),
        pytest.param([], lines("My girls"), ["{+My girls+}"], id="added"),
        pytest.param(lines("My girls"), [], ["[-My girls-]"], id="taken out"),
        pytest.param(
            lines("Call Dee at night"),
            lines("Call Ari at night"),
            ["Call [-Dee-] {+Ari+} at night"],
            id="a word",
        ),
        pytest.param(
            lines("Sleep", "Call Dee at night"),
            lines("Sleep", "Rest", "Call Dee every night"),
            ["{+Rest+}", "Call Dee [-at-] {+every+} night"],
            id="a line between and a word",
        ),
        pytest.param(
            lines("My job"),
            lines("To see the sea"),
            ["[-My job-]", "{+To see the sea+}"],
            id="nothing alike",
        ),
        pytest.param(
            [Line("Payday · a little", "t1")],
            [Line("Payday · very strong", "t1")],
            ["Payday · [-a little-] {+very strong+}"],
            id="an item keeps its id",
        ),
        pytest.param(
            [Line("Payday", "t1")],
            [Line("Payday", "t2")],
            ["[-Payday-]", "{+Payday+}"],
            id="another item with the same words",
        ),
        pytest.param(
            [Line("If a, b", "i1"), Line("If c, d", "i2")],
            [Line("If c, d", "i2"), Line("If a, b", "i1")],
            [],
            id="only moved",
        ),
        pytest.param(
            [Line("If a, b", "i1"), Line("If c, d", "i2")],
            [Line("If c, e", "i2")],
            ["[-If a, b-]", "If c, [-d-] {+e+}"],
            id="one out and one reworded",
        ),
    ],
)
def test_changes_are_told_word_by_word(old, new, told):
    assert words(changed_lines(old, new)) == told


def test_a_line_says_in_which_way_it_changed():
    changed = changed_lines(
        lines("Out", "Call Dee now"), lines("Call Dee", "Quite new")
    )

    assert [line.mark for line in changed] == [
        Mark.REMOVED,
        Mark.CHANGED,
        Mark.ADDED,
    ]
    assert changed[1].parts == (
        Part(Mark.SAME, "Call Dee"),
        Part(Mark.REMOVED, "now"),
    )
