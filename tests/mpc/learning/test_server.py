"""Tests for ppdl_course.mpc.learning.server, .material, .dealer, .session."""

import numpy as np
import pytest

from ppdl_course.mpc.learning.dealer import AHEAD, Dealer, receive_supply
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.material import Mask, Product, Side, Triple
from ppdl_course.mpc.learning.server import PeerStopped, Server
from ppdl_course.mpc.learning.session import (
    DEALER,
    SERVERS,
    Owner,
    guarded,
    receive_shares,
    together,
    with_supplies,
)
from ppdl_course.parties.channel import Channel, PeerGone
from ppdl_course.parties.threads import run
from ppdl_course.parties.views import FALSE_ALARM, samples_needed, uniform_p_value

FIXED = FixedPoint()


def words(rng, *shape):
    return rng.integers(0, 2**64, shape, np.uint64)


def modulo(matrix):
    return [[int(v) % 2**64 for v in row] for row in matrix]


PLAN = [Mask("X", (6, 5)), Mask("W", (5, 7)), Product(Side("X"), Side("W"))]


def multiply(server, x, w):
    opened_x, opened_w = server.masked(X=x, W=w)
    return server.product(opened_x, opened_w)


@pytest.mark.parametrize("columns", [1, 7])
def test_a_product_of_shares_is_that_of_python_integers(columns):
    rng = np.random.default_rng(0)
    x, w = words(rng, 6, 5), words(rng, 5, columns)
    plan = [Mask("X", (6, 5)), Mask("W", (5, columns)), PLAN[2]]
    session = together(multiply, plan, x, w)
    exact = x.astype(object) @ w.astype(object)
    assert session.total.tolist() == modulo(exact)
    assert (session.rounds, session.openings) == (1, 1)


def test_one_opening_serves_rows_and_the_transpose():
    rng = np.random.default_rng(1)
    x, w, d = words(rng, 8, 5), words(rng, 5, 6), words(rng, 3, 6)
    rows = (7, 0, 3)
    batch = Side("X", rows)
    plan = [
        Mask("X", (8, 5)),
        Mask("W", (5, 6)),
        Mask("D", (3, 6)),
        Product(batch, Side("W")),
        Product(Side("X", rows, True), Side("D")),
    ]

    def program(server, x, w, d):
        big, opened_w, opened_d = server.masked(X=x, W=w, D=d)
        part = big.rows(rows)
        return server.product(part, opened_w), server.product(part.T, opened_d)

    session = together(program, plan, x, w, d)
    part = x[list(rows)].astype(object)
    assert session.total[0].tolist() == modulo(part @ w.astype(object))
    assert session.total[1].tolist() == modulo(part.T @ d.astype(object))
    assert session.openings == 1


def test_entry_by_entry_products_and_constants():
    rng = np.random.default_rng(2)
    x, y = words(rng, 3, 4), words(rng, 3, 4)

    def program(server, x, y):
        return server.multiply(x, y) + server.constant(5)

    total = together(program, [Triple((3, 4))], x, y).total
    assert total.tolist() == modulo(x.astype(object) * y.astype(object) + 5)


def test_an_owner_shares_and_gets_the_product():
    """Owner, dealer, two servers: the worked example of the chapter."""
    x, w = np.array([[1.5, -2.0]]), np.array([[3.0], [0.25]])
    plan = [Mask("X", (1, 2)), Mask("W", (2, 1)), PLAN[2]]

    def owner(end):
        me = Owner(end)
        me.share(x, w)
        return me.result()

    def server(party):
        def program(end):
            shares = receive_shares(end, "owner")
            supply = receive_supply(end, party, DEALER)
            me = Server(end, party, supply, peer=SERVERS[1 - party])
            result = me.truncate(guarded(multiply, me, *shares))
            end.send("result", result, to="owner")

        return program

    with Channel("owner", *SERVERS, DEALER) as channel:
        dealer = Dealer()
        result, *_ = run(
            channel,
            owner,
            server(0),
            server(1),
            lambda end: dealer.serve(end, plan, *SERVERS),
        )
    assert abs(result - x @ w) <= 1 / 2**13


def test_what_a_server_sees_is_uniform_for_extreme_data():
    """Top four bits of the share and of the other's opening, 16 cells each.

    False alarm FALSE_ALARM over all four tests; a leak of effect 0.5 is missed no
    more often than that.
    """
    alarm = FALSE_ALARM / 4
    count = samples_needed(0.5, 16, false_alarm=alarm)
    for value in (0, 2**63):
        x = np.full((count, 1), value, np.uint64)
        plan = [Mask("X", (count, 1))]

        def program(server, share):
            (opened,) = server.masked(X=share)
            return [share, opened.public]

        session = together(program, plan, x)
        for seen in session.results[0]:
            cells = (seen.ravel() >> np.uint64(60)).astype(int)
            assert uniform_p_value(cells, 16) > alarm


def test_material_serves_once_and_in_the_plans_order():
    x = np.zeros((6, 5), np.uint64)
    w = np.zeros((5, 7), np.uint64)

    def twice(server, x, w):
        a, b = server.masked(X=x, W=w)
        server.product(a, b)
        return server.product(a, b)

    with pytest.raises(ValueError, match="material is used up: product X x W wanted"):
        together(twice, PLAN, x, w)
    message = "material must be for mask X 5 x 6, the next is for mask X 6 x 5"
    with pytest.raises(ValueError, match=message):
        together(multiply, PLAN, np.zeros((5, 6), np.uint64), w)


def test_a_correction_of_the_wrong_shape_is_refused():
    first, second = Dealer().supplies(PLAN)
    items = list(second._items)
    name, (correction,) = items[2]
    x, w = np.zeros((6, 5), np.uint64), np.zeros((5, 7), np.uint64)
    for bad, message in (
        ((name, [correction[:, :3]]), r"product X x W must have shape \(6, 7\)"),
        ((name, [correction.astype(float)]), "must have dtype uint64"),
        ((name, []), "product X x W must have 1 corrections, got 0"),
        ((name, [correction] * 2), "product X x W must have 1 corrections, got 2"),
        (name, r"material must be \(name, corrections\)"),
    ):
        first, second = Dealer().supplies(PLAN)
        second._items = iter([*items[:2], bad])
        with pytest.raises(ValueError, match=message):
            with_supplies(multiply, (first, second), x, w)


def outcomes(*programs):
    """What each server raised, both waiting for no more than a second."""
    errors = [None, None]

    def caught(k):
        def program(end):
            try:
                programs[k](end)
            except Exception as error:
                errors[k] = error
                end.close()

        return program

    with Channel(*SERVERS, timeout=5) as channel:
        run(channel, caught(0), caught(1))
    return errors


def test_both_servers_name_what_they_do_not_agree_on():
    supplies = Dealer().supplies([])

    def server(party, bits):
        fixed = FixedPoint(bits)
        return lambda end: Server(end, party, supplies[party], fixed=fixed).agree()

    errors = outcomes(server(0, 13), server(1, 12))
    assert "fraction bits must be the same on both servers, got 13 here" in str(
        errors[0]
    )
    assert "got 12 here and 13 there" in str(errors[1])


def test_the_other_server_is_told_why_one_stops():
    x = np.zeros((2, 2), np.uint64)
    supplies = (Dealer().supplies([Mask("X", (2, 2))])[0], Dealer().supplies([])[1])

    def server(party):
        def program(end):
            me = Server(end, party, supplies[party])
            guarded(lambda s: s.masked(X=x), me)

        return program

    errors = outcomes(server(0), server(1))
    assert isinstance(errors[0], PeerStopped)
    assert "material is used up: mask X 2 x 2 wanted" in str(errors[0])
    assert "material is used up" in str(errors[1])


def test_a_server_that_leaves_or_sends_another_shape_is_named():
    x = np.zeros((2, 2), np.uint64)
    supply = Dealer().supplies([Mask("X", (2, 2))])[0]

    def honest(end):
        guarded(lambda s: s.masked(X=x), Server(end, 0, supply))

    errors = outcomes(honest, lambda end: end.close())
    assert isinstance(errors[0], PeerGone)
    supply = Dealer().supplies([Mask("X", (2, 2))])[0]
    errors = outcomes(honest, lambda end: end.send("open", [x[:1]]))
    assert "open must have shape (2, 2), got (1, 2)" in str(errors[0])


def test_a_dealer_who_leaves_is_named_on_both_servers():
    x = np.zeros((6, 5), np.uint64)
    errors = []

    def server(party):
        def program(end):
            supply = receive_supply(end, party, DEALER)
            me = Server(end, party, supply, peer=SERVERS[1 - party])
            try:
                guarded(lambda s: s.masked(X=x), me)
            except (ValueError, OSError) as error:
                errors.append(str(error))

        return program

    def dealer(end):
        for name in SERVERS:
            end.send("seed", bytes(16), to=name)
        end.close()

    with Channel(*SERVERS, DEALER, timeout=5) as channel:
        run(channel, server(0), server(1), dealer)
    assert len(errors) == 2
    assert all("dealer closed the channel" in error for error in errors)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (("agree", 3), "the other server must send facts"),
        (("agree", {}), "fraction bits must be the same on both servers"),
        (("open", []), "the other server must send 'agree', it sent 'open'"),
    ],
)
def test_a_server_that_sends_something_else_is_named(sent, message):
    supply = Dealer().supplies([])[0]
    errors = outcomes(
        lambda end: guarded(lambda s: s.agree(), Server(end, 0, supply)),
        lambda end: end.send(*sent),
    )
    assert message in str(errors[0])


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (7, "shares must be a list, owner sent <class 'int'>"),
        ([np.zeros(2)], "shares must be uint64 arrays, owner sent"),
    ],
)
def test_an_owner_who_sends_something_else_is_named(sent, message):
    with Channel("owner", *SERVERS) as channel:
        channel["owner"].send("shares", sent, to=SERVERS[0])
        with pytest.raises(ValueError, match=message):
            receive_shares(channel[SERVERS[0]], "owner")


def test_the_dealer_does_not_run_far_ahead():
    """A plan three times as long as AHEAD: what is dealt and not taken stays below."""
    dealt, ahead = [], []

    def plan():
        for _ in range(3 * AHEAD):
            dealt.append(1)
            yield Triple((1,))

    def program(server, x):
        for taken in range(3 * AHEAD):
            server.supply.take(Triple((1,)))
            if server.party == 0:
                ahead.append(len(dealt) - taken)
        return x

    together(program, plan(), np.zeros(1, np.uint64))
    assert max(ahead) <= AHEAD + 2


def test_a_server_that_fails_does_not_leave_the_dealer_waiting():
    def program(server, x):
        raise ValueError("no more")

    plan = [Triple((1,))] * (3 * AHEAD)
    with pytest.raises(ValueError, match="no more"):
        together(program, plan, np.zeros(1, np.uint64))
