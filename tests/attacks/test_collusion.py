"""Collusion: what is left of a masked sum, and the survey's order of success."""

import numpy as np
import pytest

from ppdl_course.attacks.collusion import (
    CLIENTS,
    SEATS,
    masked_round,
    recovered,
    what_is_left,
)
from ppdl_course.attacks.registry_form import forms, intake_network
from ppdl_course.attacks.who_sees_what import all_cases, exchange_data, who_sees_what
from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.nn import CrossEntropy
from ppdl_course.stored.gradient_reconstructions import digit_network

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def network():
    return digit_network(np.random.default_rng(0))


@pytest.fixture(scope="module")
def digits():
    return load_digits_split()


@pytest.fixture(scope="module")
def table():
    cases = load_law_cases()
    x = forms(cases.records[:4])
    network = intake_network(np.random.default_rng(0))
    ran = all_cases(network, x[:3], cases.y[:3], x[3])
    return {(r["architecture"], r["secret"]): r for r in who_sees_what(ran)}


@pytest.mark.parametrize(
    ("seats", "left"),
    [
        ("client", ("court 1", "court 2", "court 3", "court 5", "court 6")),
        ("server", ("court 1", "court 2", "court 3")),
        ("server + 1 client", ("court 1", "court 3")),
        ("server + 2 clients", ("court 1",)),
    ],
)
def test_what_is_left_is_the_mean_gradient_of_those_who_did_not_collude(
    network, digits, seats, left
):
    x, y = digits.X_test[:12], digits.y_test[:12]
    mixture = what_is_left(SEATS[seats], masked_round(network, x, y))
    assert mixture.clients == left
    rows = [
        r
        for name in left
        for r in (2 * CLIENTS.index(name), 2 * CLIENTS.index(name) + 1)
    ]
    _, expected = network.loss_and_gradient(x[rows], y[rows], CrossEntropy())
    np.testing.assert_allclose(mixture.mean, expected, atol=1e-10)


def test_success_is_in_the_surveys_order(network, digits):
    rng, median = np.random.default_rng(1), {}
    for name in ("client", "server", "server + 2 clients"):
        found = []
        for start in range(0, 48, 12):
            rows = slice(start, start + 12)
            log = masked_round(network, digits.X_test[rows], digits.y_test[rows])
            mixture = what_is_left(SEATS[name], log)
            truth = digits.X_test[start : start + 2]
            found += list(recovered(network, mixture, truth, rng=rng))
        median[name] = np.median(found)
    assert median["client"] < median["server"] < median["server + 2 clients"]
    assert median["server + 2 clients"] > 50


def test_the_wire_and_the_victim_are_no_seats_of_this_attack(network, digits):
    log = masked_round(network, digits.X_test[:6], digits.y_test[:6])
    with pytest.raises(ValueError, match="seats must not hold the victim"):
        what_is_left(("court 1",), log)
    with pytest.raises(ValueError, match="multiple of 6 rows"):
        masked_round(network, digits.X_test[:5], digits.y_test[:5])


def test_sealing_stops_the_wire_and_not_the_server(table):
    opened, sealed = (table[f"(a) data, {way}", "record"] for way in ("open", "sealed"))
    assert (opened["the wire"], sealed["the wire"]) == ("sees", "-")
    assert opened["the server"] == sealed["the server"] == "sees"
    assert opened["a client"] == sealed["a client"] == "-"


def test_the_server_computes_the_record_from_an_open_gradient(table):
    row = table["(b) gradients, open, asks the server", "record"]
    assert row["the wire"] == row["the server"] == "computes"
    assert row["a client"] == "-"


def test_masks_hold_until_all_others_collude(table):
    row = table["(b) gradients, masked, asks at home", "record"]
    seats = ("the wire", "a client", "the server", "server + client")
    assert [row[seat] for seat in seats] == ["-"] * 4
    assert row["server + 2 clients"] == "computes"


def test_a_query_is_seen_by_the_server_unless_it_is_asked_at_home(table):
    for (architecture, secret), row in table.items():
        if secret == "query":
            seen = "-" if architecture.endswith("at home") else "sees"
            assert row["the server"] == seen
            assert row["a client"] == "-"


def test_no_record_of_the_victim_stands_in_a_sealed_log():
    x = forms(load_law_cases().records[:4])
    y = np.zeros(3, dtype=int)
    network = intake_network(np.random.default_rng(0))
    case = exchange_data(network, x[:3], y, x[3], sealed=True)
    secret = x[0].tobytes()
    bodies = [m.body for m in (*case.training.messages, *case.prediction.messages)]
    assert not any(secret in body for body in bodies)
    opened = exchange_data(network, x[:3], y, x[3], sealed=False)
    assert any(secret in m.body for m in opened.training.messages)
