import pytest

from apps.care.rules.lexicon import telling_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Harbor", []),
        ("Harbor Recovery", ["Recover"]),
        ("/desk/group-notes/", ["group"]),
        ("/my_sessions/session/", ["session"]),
        ("Groups of people", []),
        ("See you at the IOP", ["IOP"]),
        ("You used to come", ["used"]),
        ("Unused", []),
        ("Is it the 12-step one?", ["12 step"]),
        ("Call 988", ["988"]),
        ("/check-in/", []),
    ],
)
def test_words_that_tell_are_found_from_their_start(text, found):
    assert telling_words(text) == found
