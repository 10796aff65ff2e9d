"""Chapter 13's widgets: coalitions are tried, rounds have been played."""

import re

import pytest

from ppdl_course.attacks.coalitions import PARTIES, Situation
from ppdl_course.widgets.many_keys_and_proof import (
    CLIENTS,
    coalition_explorer,
    dropout_explorer,
)
from tests.widgets.redrawn import assert_every_control_redraws


@pytest.fixture(scope="module")
def coalition():
    return coalition_explorer(Situation.draw(66, 31))


@pytest.fixture(scope="module")
def dropout():
    return dropout_explorer()


def tick(explorer, *names, tapped=False):
    for party in PARTIES:
        explorer.controls[party.replace(" ", "_")].value = party in names
    explorer.controls["tapped"].value = tapped
    return explorer._canvas.value


def test_alone_a_server_reads_nothing_and_two_read_all_they_see(coalition):
    for name in ("cloud", "master", "proxy"):
        assert "READ" not in tick(coalition, name)
    page = tick(coalition, "cloud", "master")
    assert page.count("READ: 66") == 3
    assert page.count("READ: 31") == 2
    assert "READ: 97" in page  # the sum under the joint key
    assert "master&#x27;s key, less the blinding" in page
    assert tick(coalition, "proxy", "receiver").count("READ: 66") == 3


def test_a_tapped_line_gives_the_master_every_owners_number(coalition):
    assert "READ" not in tick(coalition, "master")
    assert "READ: 31" in tick(coalition, "master", tapped=True)
    assert "READ" not in tick(coalition, tapped=True)


def test_the_static_page_of_coalitions_names_the_ticks(coalition):
    page = coalition.fallback()
    assert page.count("Together: ") == 6
    assert "cloud = True, master = True" in page


def shown(explorer):
    return re.search('alt="([^"]*)"', explorer._canvas.value)[1]


def test_a_round_goes_on_until_fewer_than_the_threshold_are_left(dropout):
    controls = dropout.controls
    controls["threshold"].value, controls["after"].value = 4, 0
    for before in range(5):
        controls["before"].value = before
        assert ("no sum" in shown(dropout)) == (CLIENTS - before < 4)
    controls["before"].value, controls["after"].value = 2, 1
    assert "no sum" in shown(dropout)


def test_the_recovered_sum_is_the_plain_one(dropout):
    dropout.controls["threshold"].value = 4
    dropout.controls["after"].value = 1
    dropout.controls["before"].value = 1
    found = re.search(
        r"the sum (\[.*?\]); the plain sum .*? is (\[.*?\])", shown(dropout)
    )
    assert found[1] == found[2]


def test_every_control_of_drop_outs_redraws(dropout):
    dropout.controls["threshold"].value = 4
    dropout.controls["before"].value = 2
    dropout.controls["after"].value = 1
    assert_every_control_redraws(dropout)
    assert dropout.fallback().count("<img") == 5
