"""The stored answers of other accountants are what they say today."""

import pytest

from ppdl_course.dp.definition import Neighbours
from ppdl_course.stored.neighbouring_relations import (
    DELTA,
    NOISE,
    ask,
    exact_epsilon,
    load_answers,
)

ANSWERS = load_answers()
NAMES = [(a.library.split()[0], a.accountant, a.relation) for a in ANSWERS]


@pytest.fixture(scope="module")
def asked():
    return list(ask())


def test_everybody_who_is_asked_is_stored_in_that_order(asked):
    names = [(a.library.split()[0], a.accountant, a.relation) for a in asked]
    assert names == NAMES
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES, ids="-".join)
def test_an_accountant_asked_again_says_what_is_stored(asked, name):
    place = NAMES.index(name)
    assert asked[place].epsilon == pytest.approx(ANSWERS[place].epsilon, rel=2e-3)


def test_replace_one_means_two_things_in_one_library():
    by_kind = {a.accountant: a.epsilon for a in ANSWERS if a.relation == "REPLACE_ONE"}
    exact = {relation: exact_epsilon(relation) for relation in Neighbours}
    assert by_kind["PLD"] == pytest.approx(exact[Neighbours.REPLACE], rel=1e-3)
    # a bound from above lies below the exact value, by half of it
    assert by_kind["RDP"] < 0.5 * exact[Neighbours.REPLACE]
    assert by_kind["RDP"] > exact[Neighbours.ADD_REMOVE]


def test_who_names_no_relation_means_an_added_record():
    unnamed = [a for a in ANSWERS if a.relation == "not named"]
    assert unnamed
    for answer in unnamed:
        assert answer.bounds(Neighbours.ADD_REMOVE)
        assert not answer.bounds(Neighbours.REPLACE)


def test_the_exact_values_are_those_of_one_gaussian_by_its_definition():
    # Balle, Wang, ICML 2018, Theorem 8, at distance 1 and 2
    from scipy import special

    for relation, distance in ((Neighbours.ADD_REMOVE, 1), (Neighbours.REPLACE, 2)):
        epsilon, step = exact_epsilon(relation), distance / NOISE
        left = special.ndtr(step / 2 - epsilon / step)
        right = special.ndtr(-step / 2 - epsilon / step)
        assert left - 2.718281828459045**epsilon * right == pytest.approx(DELTA)
