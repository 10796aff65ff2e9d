"""Tests for ppdl_course.federated.protection_game."""

import math
import time
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ppdl_course.federated.protection_game import (
    RULES,
    Game,
    break_even_loss,
    compare,
    energy_saved,
    simulate,
    switch_on,
    updated_belief,
)

EXAMPLE = Game(cost=2, loss=10, gain=3, penalty=1)
COURTS = Game(cost=1, loss=10, gain=3, penalty=1)
AMOUNTS = st.floats(0.01, 100)
NOISE = 1e-9


def games():
    return st.builds(Game, st.floats(0, 100), AMOUNTS, AMOUNTS, st.floats(0, 100))


def pure_and_mixed(ours, theirs):
    """All equilibria (P(first row), P(first column)) of a 2 x 2 game, in fractions.

    Each support in turn, as a textbook does it by hand: pure strategies that no one
    leaves, then the mixture that makes the other side indifferent.
    """
    a = [[Fraction(float(v)) for v in row] for row in ours]
    b = [[Fraction(float(v)) for v in row] for row in theirs]
    found = [
        (Fraction(1 - row), Fraction(1 - column))
        for row, column in product((0, 1), repeat=2)
        if a[row][column] >= a[1 - row][column] and b[row][column] >= b[row][1 - column]
    ]
    rows = b[0][0] - b[0][1] - b[1][0] + b[1][1]
    columns = a[0][0] - a[0][1] - a[1][0] + a[1][1]
    if rows and columns:
        x, y = (b[1][1] - b[1][0]) / rows, (a[1][1] - a[0][1]) / columns
        if 0 < x < 1 and 0 < y < 1:
            found.append((x, y))
    return found


def test_the_worked_example_protects_three_quarters_of_the_time():
    found = EXAMPLE.equilibrium(0.5)
    assert (found.protect, found.attack, found.kind) == (0.75, 0.4, "mixed")


@given(games(), st.floats(0, 1))
def test_nobody_gains_by_leaving_the_equilibrium(game, prior):
    found = game.equilibrium(prior)
    ours, theirs = game.payoffs(prior)
    on, attack = np.array([found.protect, 1 - found.protect]), found.attack
    column = np.array([attack, 1 - attack])
    scale = max(np.abs(ours).max(), np.abs(theirs).max(), 1)
    assert (ours @ column).max() - on @ ours @ column <= NOISE * scale
    assert (on @ theirs).max() - on @ theirs @ column <= NOISE * scale
    if found.kind == "mixed":
        assert abs(np.diff(ours @ column)[0]) <= NOISE * scale
        assert abs(np.diff(on @ theirs)[0]) <= NOISE * scale


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.floats(0.01, 1))
def test_enumerating_supports_finds_this_equilibrium_and_no_other(c, big, f, r, prior):
    game = Game(c, big, f, r)
    ours, theirs = game.payoffs(prior)
    if abs(prior * big - c) < 1e-6:
        return  # at the very edge there is a whole line of equilibria
    ((x, y),) = pure_and_mixed(ours, theirs)
    found = game.equilibrium(prior)
    assert abs(x - Fraction(found.protect)) < NOISE
    assert abs(y - Fraction(found.attack)) < NOISE


@given(AMOUNTS, AMOUNTS)
@settings(max_examples=25)
def test_a_linear_program_keeps_the_module_down_with_the_same_probability(f, r):
    """P(on) is what makes the module's best reply worth least: a minimax problem."""
    _, theirs = Game(1, 10, f, r).payoffs(0.5)
    found = linprog(
        [0, 0, 1],
        A_ub=np.c_[theirs.T, [-1, -1]],
        b_ub=[0, 0],
        A_eq=[[1, 1, 0]],
        b_eq=[1],
        bounds=[(0, 1), (0, 1), (None, None)],
    )
    least = max(found.x[:2] @ theirs[:, 0], 0)
    protect = Game(1, 10, f, r).equilibrium(0.5).protect
    assert protect * theirs[0, 0] + (1 - protect) * theirs[1, 0] == pytest.approx(
        least, abs=1e-6
    )


def test_free_protection_is_always_on_and_without_a_suspect_it_is_never_on():
    free = Game(0, 10, 3, 1).equilibrium(0.5)
    assert (free.protect, free.attack, free.kind) == (1, 0, "free")
    for cost in (0, 2):
        nobody = Game(cost, 10, 3, 1).equilibrium(0)
        assert (nobody.protect, nobody.kind) == (0, "never pays")


@pytest.mark.parametrize(("prior", "protect"), [(0.2, 0.75), (0.1999, 0.0)])
def test_protection_starts_where_it_begins_to_pay(prior, protect):
    assert EXAMPLE.equilibrium(prior).protect == protect
    assert EXAMPLE.equilibrium(prior).attack == 1


def counted_belief(prior, rate, detection, false_alarm, seen):
    """Bayes by adding up the four cases of kind and attack, in fractions."""
    report = {
        (True, True): prior * rate * detection,
        (True, False): prior * (1 - rate) * false_alarm,
        (False, False): (1 - prior) * false_alarm,
    }
    silent = {
        (True, True): prior * rate * (1 - detection),
        (True, False): prior * (1 - rate) * (1 - false_alarm),
        (False, False): (1 - prior) * (1 - false_alarm),
    }
    table = report if seen else silent
    return sum(p for (bad, _), p in table.items() if bad) / sum(table.values())


@given(*[st.floats(0.01, 0.99)] * 4, st.booleans())
def test_the_belief_is_the_share_of_malicious_cases(prior, rate, hit, false, seen):
    got = updated_belief(prior, rate, np.array(seen), detection=hit, false_alarm=false)
    exact = [Fraction(v) for v in (prior, rate, hit, false)]
    assert abs(Fraction(float(got)) - counted_belief(*exact, seen)) < NOISE


def test_damage_settles_the_belief_and_a_quiet_round_lowers_it():
    got = updated_belief(np.array([0.2, 0.2]), 0.4, np.array([True, False]))
    assert got[0] == 1
    assert got[1] == pytest.approx(0.12 / 0.92)


def test_an_impossible_signal_is_refused():
    with pytest.raises(ValueError, match="seen must be possible"):
        updated_belief(0.0, 0.4, np.array(True))
    with pytest.raises(ValueError, match="seen must be possible"):
        updated_belief(1.0, 1.0, np.array(False))


def test_the_threshold_is_strict():
    belief = np.array([0.24, 0.25, 0.26])
    on = switch_on(belief, 0.4, cost=1, loss=10)
    assert on.tolist() == [False, False, True]


def slow(game, prior, rule, seed, rate, rounds, courts):
    """One court after the other, with the same draws in the same order."""
    rng = np.random.default_rng(seed)
    kinds = rng.random(courts) < prior
    attack, _, toss = rng.random((3, rounds, courts))
    energy, loss = np.zeros(courts), np.zeros(courts)
    for k in range(courts):
        belief = prior
        for t in range(rounds):
            expected = belief * game.loss
            y = rate
            if y is None:
                y = game.cost / expected if expected >= game.cost > 0 else 1.0
            hit = kinds[k] and attack[t, k] < y
            mixed = game.gain / (game.gain + game.penalty)
            on = {
                "always": True,
                "never": False,
                "threshold": belief * y * game.loss > game.cost,
                "equilibrium": expected >= game.cost and toss[t, k] < mixed,
            }[rule]
            energy[k] += game.cost * on / rounds
            loss[k] += game.loss * (hit and not on) / rounds
            quiet = belief * (1 - y)
            belief = 1.0 if hit else quiet / (quiet + 1 - belief)
    return energy, loss


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("rate", [0.4, None])
def test_the_simulation_is_that_of_a_slow_loop(rule, rate):
    options = {"rounds": 30, "courts": 40}
    rng = np.random.default_rng(3)
    fast = simulate(COURTS, 0.3, rule, rng=rng, attack_rate=rate, **options)
    energy, loss = slow(COURTS, 0.3, rule, 3, rate, *options.values())
    assert np.allclose(fast.energy, energy)
    assert np.allclose(fast.loss, loss)


@pytest.mark.parametrize("prior", [0.05, 0.2, 0.5, 0.8])
@pytest.mark.parametrize("signals", [(1.0, 0.0), (0.7, 0.1)])
def test_no_rule_costs_less_than_the_threshold(prior, signals):
    """Against a rate that does not react; intervals of the paired differences."""
    options = {"courts": 4000, "rounds": 60}
    rng = np.random.default_rng(1)
    detection, false_alarm = signals
    done = compare(
        COURTS, prior, rng=rng, detection=detection, false_alarm=false_alarm, **options
    )
    for rule in RULES:
        _, low, _ = done["threshold"].interval(over=done[rule], level=1 - 1e-6)
        assert low <= 0, rule
    _, _, high = done["threshold"].interval(over=done["always"], level=1 - 1e-6)
    assert high < 0


def test_most_energy_is_saved_at_less_than_five_per_cent_of_the_loss():
    rng = np.random.default_rng(2)
    done = compare(COURTS, 0.2, rng=rng, courts=4000)
    saved, lost = energy_saved(done, "threshold")
    assert saved > 0.7
    assert 0 < lost < 0.05
    assert energy_saved(done, "always") == (0, 0)
    assert energy_saved(done, "never") == (1, 1)


def test_against_equilibrium_play_every_rule_costs_the_same_while_both_mix():
    """Indifference, played out: the first round costs c by every rule."""
    rng = np.random.default_rng(4)
    done = compare(EXAMPLE, 0.5, rng=rng, attack_rate=None, rounds=1, courts=40_000)
    for rule in RULES:
        _, low, high = done[rule].interval(level=1 - 1e-6)
        assert low <= EXAMPLE.cost <= high, rule
    on = done["equilibrium"]
    assert on.attacked.mean() == pytest.approx(0.5 * 0.4, abs=0.01)
    assert on.gained.mean() == pytest.approx(0, abs=0.02)


def test_an_interval_covers_as_often_as_it_says():
    """1,000 intervals of 95 % miss about 50 times (deviation 7)."""
    truth = 0.3 * 0.4 * COURTS.loss
    missed = 0
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        done = simulate(COURTS, 0.3, "never", rng=rng, rounds=2, courts=200)
        _, low, high = done.interval("loss", level=0.95)
        missed += not low <= truth <= high
    assert 20 <= missed <= 90


def test_of_courts_believed_malicious_with_probability_b_a_share_b_are():
    """A module that attacks in each round shows by it what it is: the truth to meet."""
    rng = np.random.default_rng(5)
    noisy = {"attack_rate": 1.0, "detection": 0.6, "false_alarm": 0.2}
    done = simulate(COURTS, 0.3, "never", rng=rng, rounds=3, courts=40_000, **noisy)
    truth = done.attacked[0]
    levels, place = np.unique(done.belief[-1].round(9), return_inverse=True)
    assert len(levels) == 4  # none to three reports
    for k, level in enumerate(levels):
        here = truth[place == k]
        assert abs(here.mean() - level) < 5 * 0.5 / np.sqrt(len(here))


def test_a_widget_redraws_in_time():
    game, rng = COURTS, np.random.default_rng(6)
    compare(game, 0.2, rng=rng)
    begin = time.process_time()
    for _ in range(5):
        compare(game, 0.2, rng=rng, rounds=50, courts=200)
    assert (time.process_time() - begin) / 5 < 0.02


def test_the_price_at_which_protection_pays_for_itself():
    assert break_even_loss(1.0, 0.25, 0.4) == 10
    assert break_even_loss(1.0, 0.0, 0.4) == math.inf
    assert not switch_on(0.25, 0.4, cost=1.0, loss=10.0)
    assert switch_on(0.25, 0.4, cost=1.0, loss=10.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 10, 3, 1), "cost must be >= 0"),
        ((1, 0, 3, 1), "loss must be positive"),
        ((1, 10, 0, 1), "gain must be positive"),
        ((1, 10, 3, math.inf), "penalty must be >= 0 and finite"),
        ((1, math.nan, 3, 1), "loss must be positive and finite, got nan"),
    ],
)
def test_payoffs_out_of_bounds_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Game(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prior": 1.1}, r"prior must be in \[0, 1\], got 1.1"),
        ({"rule": "sometimes"}, "rule must be one of"),
        ({"attack_rate": -0.1}, "attack_rate must be"),
        ({"rounds": 0}, "rounds must be an integer >= 1"),
        ({"courts": 1}, "courts must be an integer >= 2"),
        ({"detection": 2}, "detection must be"),
        ({"false_alarm": math.nan}, "false_alarm must be"),
    ],
)
def test_options_out_of_bounds_are_refused(options, message):
    call = {"prior": 0.2, "rule": "never", "rng": np.random.default_rng(0)} | options
    with pytest.raises(ValueError, match=message):
        simulate(COURTS, **call)


def test_other_refusals_name_what_was_wrong():
    rng = np.random.default_rng(0)
    small = simulate(COURTS, 0.2, "never", rng=rng, courts=3)
    large = simulate(COURTS, 0.2, "never", rng=rng, courts=4)
    with pytest.raises(ValueError, match="over must have 3 courts, got 4"):
        small.interval(over=large)
    with pytest.raises(ValueError, match="quantity must be one of"):
        small.interval("time")
    with pytest.raises(ValueError, match="cost must be positive"):
        energy_saved(compare(Game(0, 1, 1, 1), 0.2, rng=rng), "never")
    with pytest.raises(ValueError, match="seen must be bool"):
        updated_belief(0.2, 0.4, np.array(1))
    with pytest.raises(ValueError, match=r"belief must be in \[0, 1\], got 2"):
        COURTS.attack_probability(2.0)
