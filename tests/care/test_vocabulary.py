import pytest

from apps.care import vocabulary

# Gendered endings about the person who speaks.
GENDERED = ("seguro de m", "vacío o", "bienvenido", "cansado", "solo o", "enojado")


def everything():
    return (
        *vocabulary.triggers(),
        *vocabulary.coping(),
        *vocabulary.warning_signs(),
        *vocabulary.protective(),
    )


def test_the_list_is_whole_and_its_codes_are_unique():
    assert len(vocabulary.triggers()) == 47
    assert len(vocabulary.coping()) == 35
    assert len(vocabulary.warning_signs()) == 21
    assert len(vocabulary.protective()) == 18
    assert len({item.code for item in everything()}) == 121


def test_halt_is_hungry_angry_lonely_and_tired():
    assert set(vocabulary.HALT) == {
        "trg.body.hungry",
        "trg.feel.angry",
        "trg.feel.lonely",
        "trg.body.tired",
    }


def test_every_trigger_and_sign_has_a_clause_in_both_languages():
    with_clause = (*vocabulary.triggers(), *vocabulary.warning_signs())

    assert all(item.as_said.en and item.as_said.es for item in with_clause)


def test_every_label_is_written_in_both_languages_without_gendered_forms():
    for item in everything():
        assert item.label("en").strip()
        assert item.label("es").strip()
        spanish = f"{item.label('es')} {item.clause('es')}".casefold()
        assert not any(form in spanish for form in GENDERED), item.code


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        pytest.param("en", "Payday", id="English"),
        pytest.param("es", "Día de pago", id="Spanish"),
        pytest.param("es-us", "Día de pago", id="Spanish of a region"),
        pytest.param("fr", "Payday", id="a language not offered"),
    ],
)
def test_label_speaks_the_language(language, expected):
    assert vocabulary.label("trg.time.payday", language) == expected


def test_label_prefers_the_clients_own_words():
    own = {"trg.own.1": "Dee's birthday"}

    assert vocabulary.label("trg.own.1", "en", own) == "Dee's birthday"


def test_a_code_without_words_shows_as_itself():
    assert vocabulary.label("trg.own.9", "en") == "trg.own.9"


@pytest.mark.parametrize(
    ("code", "known"),
    [
        pytest.param("trg.time.payday", True, id="of the list"),
        pytest.param("wrn.own.12", True, id="own"),
        pytest.param("trg.own.", False, id="own without a number"),
        pytest.param("trg.own.1<script>", False, id="own with something behind"),
        pytest.param("xyz.own.1", False, id="no such kind"),
        pytest.param("trg.time.nothing", False, id="never in the list"),
    ],
)
def test_is_known(code, known):
    assert vocabulary.is_known(code) is known


def test_ordered_puts_the_most_used_first_and_keeps_the_rest_in_place():
    usage = ["trg.time.payday", "trg.people.family"]

    codes = [item.code for item in vocabulary.ordered(vocabulary.triggers(), usage)]

    assert codes[:3] == [*usage, "trg.people.using_friends"]
    assert len(codes) == 47


def test_skills_leave_out_nothing_yet():
    assert vocabulary.NOTHING_YET not in {item.code for item in vocabulary.skills()}
    assert len(vocabulary.skills()) == 34


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        pytest.param("Call Dee", "call Dee", id="an ordinary start"),
        pytest.param("I go home.", "I go home", id="I stays large"),
        pytest.param("AA on Main Street", "AA on Main Street", id="capitals stay"),
    ],
)
def test_own_words_fit_into_a_sentence(words, inside):
    assert vocabulary.as_clause(words) == inside
