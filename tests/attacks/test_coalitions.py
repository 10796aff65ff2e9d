"""Who can decrypt what: all coalitions, against the least ones that should succeed."""

import itertools

import pytest

from ppdl_course.attacks.coalitions import LARGEST, PARTIES, Situation, can_decrypt

# the coalitions of which one must be contained, by what the schemes promise
OPENS = {
    "owner 1, BCP": ["owner 1", "cloud master"],
    "owner 2, BCP": ["owner 2", "cloud master"],
    "owner 1, BCP, blinded": ["cloud master", "cloud owner 1"],
    "owner 1, DT-PKC": ["owner 1", "cloud master"],
    "owner 2, DT-PKC": ["owner 2", "cloud master"],
    "joint key, DT-PKC": ["owner 1 owner 2", "cloud master"],
    "owner 1, BGV": ["owner 1", "proxy receiver"],
    "owner 2, BGV": ["owner 2"],
    "owner 1, BGV, re-encrypted": ["receiver"],
    "owner 1, BGV, not for the receiver": ["owner 1", "proxy receiver"],
}
# where all ciphertexts are open to all, the master needs no cloud
TAPPED = OPENS | {
    "owner 1, BCP": ["owner 1", "master"],
    "owner 2, BCP": ["owner 2", "master"],
}
COALITIONS = [
    set(members)
    for size in range(len(PARTIES) + 1)
    for members in itertools.combinations(PARTIES, size)
]


@pytest.fixture(scope="module")
def situation():
    return Situation.draw()


def names(words):
    return {name for name in PARTIES if name in words}


@pytest.mark.parametrize(("tapped", "opens"), [(False, OPENS), (True, TAPPED)])
def test_exactly_the_coalitions_with_enough_keys_read_each_ciphertext(
    situation, tapped, opens
):
    assert set(situation.stored) == set(opens)
    assert len(COALITIONS) == 64
    for coalition in COALITIONS:
        readings = can_decrypt(coalition, situation, tapped=tapped)
        read = {name for name, reading in readings.items() if reading.age is not None}
        expected = {
            name
            for name, least in opens.items()
            if any(names(words) <= coalition for words in least)
        }
        assert read == expected, coalition
        for name in read:  # and what it read is what was stored
            assert readings[name].age == situation.stored[name].age


def test_a_reading_says_which_key_did_it(situation):
    def how(*coalition):
        return {n: r.how for n, r in can_decrypt(coalition, situation).items()}

    assert how("cloud")["owner 1, DT-PKC"] == "no key opens it"
    assert how("master")["owner 1, DT-PKC"] == "not seen"
    together = how("cloud", "master")
    assert together["owner 1, DT-PKC"] == "both halves of the strong key"
    assert together["owner 1, BCP"] == "the master's key"
    assert together["owner 1, BCP, blinded"] == "the master's key, less the blinding"
    stolen = how("proxy", "receiver")
    assert stolen["owner 1, BGV, not for the receiver"] == (
        "a secret key out of the re-encryption key"
    )
    assert how("receiver")["owner 1, BGV, re-encrypted"] == "a secret key"
    owners = how("owner 1", "owner 2")
    assert owners["joint key, DT-PKC"] == "the sum of both owners' secrets"


def test_the_master_alone_finds_a_blinded_number_and_not_the_age(situation):
    """What it gets is m + t, far beyond an age: the attempt was made and did not do."""
    (master,) = situation.keys["master"].masters
    blinded = situation.stored["owner 1, BCP, blinded"].ciphertext
    residue = master.raw_decrypt(blinded.public, blinded.pair)
    assert residue > LARGEST
    (t,) = situation.keys["cloud"].blindings
    assert (residue - t) % blinded.public.n == 41
    assert can_decrypt({"master"}, situation)["owner 1, BCP, blinded"].age is None


def test_the_blinded_ciphertext_cannot_be_told_from_any_other(situation):
    """Not rerandomised, its quotient by the stored one would be 1 + t N: open."""
    stored, blinded = (
        situation.stored[name].ciphertext
        for name in ("owner 1, BCP", "owner 1, BCP, blinded")
    )
    assert stored.a != blinded.a
    square = stored.public.parameters.n_squared
    assert blinded.b * pow(stored.b, -1, square) % square % stored.public.n != 1


def test_other_ages_are_read_as_they_are():
    situation = Situation.draw(0, 150)
    readings = can_decrypt(PARTIES, situation)
    assert readings["owner 1, BGV"].age == 0
    assert readings["owner 2, BCP"].age == 150
    assert readings["joint key, DT-PKC"].age == 150


def test_strangers_and_impossible_ages_are_refused(situation):
    with pytest.raises(ValueError, match=r"coalition must be among .* got \['eve'\]"):
        can_decrypt({"cloud", "eve"}, situation)
    with pytest.raises(ValueError, match=r"second must be an integer in 0\.\.150"):
        Situation.draw(20, 151)
