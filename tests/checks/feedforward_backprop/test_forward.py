"""Chapter 1's checks: right answers and mistakes beyond the bank of answers."""

import numpy as np
import pytest

from ppdl_course.checks import feedforward_backprop as checks
from ppdl_course.checks.verdict import Mistake

from ..whole_cells import first_right

CHECKS = {
    "layer_forward": checks.check_layer_forward,
    "sigmoid": checks.check_sigmoid,
    "cross_entropy": checks.check_cross_entropy,
    "layer_backward": checks.check_layer_backward,
    "prelu_backward": checks.check_prelu_backward,
    "numerical_gradient": checks.check_numerical_gradient,
    "record_from_gradient": checks.check_record_from_gradient,
}


def wrapped(name, change):
    """The first right answer, whose result ``change`` alters."""
    f = first_right("01_feedforward_backprop", name)
    return lambda *arguments: change(f(*arguments))


@pytest.mark.parametrize("name", ["layer_forward", "sigmoid", "record_from_gradient"])
def test_float32_results_are_right(name):
    rounded = wrapped(name, lambda r: np.asarray(r, dtype=np.float32))
    assert CHECKS[name](rounded) is None


@pytest.mark.parametrize("name", CHECKS)
def test_a_result_that_is_none_is_named(name):
    with pytest.raises(Mistake, match=r"is None|got NoneType"):
        CHECKS[name](lambda *arguments: None)


@pytest.mark.parametrize("name", CHECKS)
def test_the_stub_passes_through_for_checking_to_name(name):
    def stub(*arguments):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        CHECKS[name](stub)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: (r[1], r[0]), "in the wrong order"),
        (lambda r: (r[0].T, r[1]), "yours is its transpose"),
        (lambda r: (np.roll(r[0], -1, 1), r[1]), "dW: column 0 is that of the bias"),
        (lambda r: (r[0], np.tile(r[1].sum(0), (5, 1))), "a row of its own"),
        (lambda r: (r[0] * 1.01, r[1]), r"dW is wrong at"),
        (lambda r: (r[0], r[1] * 0.99), r"da is wrong at"),
        (lambda r: r[0], "return two arrays, dW, da"),
    ],
)
def test_more_mistakes_in_a_backward_layer_are_named(change, message):
    with pytest.raises(Mistake, match=message):
        checks.check_layer_backward(wrapped("layer_backward", change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: (r[0], r[1].sum()), "dslope is one number"),
        (lambda r: (r[0], -r[1]), "it is min"),
        (lambda r: (r[0] * 2, r[1]), "dz is wrong"),
    ],
)
def test_more_mistakes_in_prelu_are_named(change, message):
    with pytest.raises(Mistake, match=message):
        checks.check_prelu_backward(wrapped("prelu_backward", change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda loss: -loss, "a loss is positive"),
        (lambda loss: loss * np.log(2), "your loss is in nats"),
        (lambda loss: loss / np.log2(10), "your base is 10, another variant's"),
        (lambda loss: loss / 4, "not by that of classes too"),
        (lambda loss: np.full(6, loss), r"the loss must have shape \(\)"),
    ],
)
def test_more_mistakes_in_cross_entropy_are_named(change, message):
    with pytest.raises(Mistake, match=message):
        checks.check_cross_entropy(wrapped("cross_entropy", change))


def test_an_answer_that_changes_its_argument_is_told_so():
    def forward(W, a):
        a *= 2
        return a @ W[:, 1:].T / 2 + W[:, 0]

    with pytest.raises(Mistake, match="changes a, its argument"):
        checks.check_layer_forward(forward)


def test_a_gradient_with_its_own_step_is_told_to_use_the_given_one():
    def own_step(loss, w, h):
        tiny = 1e-5 * np.eye(len(w))
        return [(loss(w + e) - loss(w - e)) / 2e-5 for e in tiny]

    with pytest.raises(Mistake, match="the step h that is handed in"):
        checks.check_numerical_gradient(own_step)


def test_a_mean_over_dead_rows_is_named():
    def mean(dW):
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(dW[:, 1:] / dW[:, :1]).mean(axis=0)

    with pytest.raises(Mistake, match="pull a mean towards 0"):
        checks.check_record_from_gradient(mean)
