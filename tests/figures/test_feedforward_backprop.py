"""Figures of chapter 1: the plotted data and the alternative text, not the pixels."""

import numpy as np
import pytest
from scipy import special

from ppdl_course.figures import feedforward_backprop as figures
from ppdl_course.figures.network_diagram import network_diagram
from ppdl_course.nn import History, Network
from ppdl_course.stored.sgd_runs import load_sgd_runs

X = np.array([2.0, 1.0, 0.0])
NAMES = {"inputs": ["priors", "violent", "settled"], "outputs": ["free", "prison"]}


@pytest.fixture
def network():
    return Network([3, 4, 4, 2], "sigmoid", rng=np.random.default_rng(1))


def test_the_diagram_shows_every_live_value(network):
    shown = {
        text.get_text() for text in network_diagram(network, X, **NAMES).axes[0].texts
    }
    passes = network.trace(X[np.newaxis])
    values = np.concatenate([X, *(layer.outputs[0] for layer in passes)])
    assert {f"{value:.2f}" for value in values} <= shown
    assert {"1", "$W_1$", "$W_2$", "$W_3$", "priors"} <= shown


def test_the_diagram_has_a_link_for_each_weight_as_wide_as_its_signal(network):
    ax = network_diagram(network, X, **NAMES).axes[0]
    segments = [line for links in ax.collections[:6] for line in links.get_segments()]
    assert len(segments) == len(network.flat)
    layer = network.trace(X[np.newaxis])[0]
    signal = network.weights[0] * layer.nodes[0]
    widths = np.concatenate([links.get_linewidths() for links in ax.collections[:2]])
    by_sign = np.concatenate([signal[signal >= 0], -signal[signal < 0]])
    np.testing.assert_allclose(widths, 0.3 + 4.5 * by_sign / by_sign.max())
    solid, dashed = ax.collections[:2]
    assert solid.get_linestyle() != dashed.get_linestyle()
    assert len(solid.get_segments()) == (signal >= 0).sum()


def test_no_link_leads_to_a_bias_node(network):
    ax = network_diagram(network, X, **NAMES).axes[0]
    top = max(
        line[0][1] for links in ax.collections[:6] for line in links.get_segments()
    )
    ends = [line[1][1] for links in ax.collections[:6] for line in links.get_segments()]
    assert max(ends) < top


def test_the_diagram_says_what_it_shows(network):
    p = special.softmax(network.forward(X[np.newaxis])[0])
    alt = network_diagram(network, X, **NAMES).alt
    assert "weight matrices 4x4, 4x5, 2x5" in alt
    assert "priors = 2, violent = 1, settled = 0" in alt
    assert f"prison with probability {p[1]:.2f}" in alt


def test_a_network_that_does_not_fit_the_diagram_is_refused(network):
    with pytest.raises(ValueError, match="inputs, outputs must name 3 and 2 nodes"):
        network_diagram(network, X, inputs=["one"], outputs=["two", "three"])
    wide = Network([3, 13, 2], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="network must have layers <= 12"):
        network_diagram(wide, X, **NAMES)


def test_activation_and_derivative_are_those_of_the_formula():
    z, slope = -2.0, 0.3
    left, right = figures.activation_curves("prelu", z=z, slope=slope).axes
    grid, values = left.lines[0].get_data()
    np.testing.assert_allclose(values, np.where(grid > 0, grid, slope * grid))
    np.testing.assert_allclose(right.lines[0].get_ydata(), np.where(grid > 0, 1, slope))
    assert left.lines[-1].get_xydata().tolist() == [[z, slope * z]]
    left, right = figures.activation_curves("sigmoid", z=1).axes
    grid, values = left.lines[0].get_data()
    np.testing.assert_allclose(values, special.expit(grid))
    np.testing.assert_allclose(
        right.lines[0].get_ydata(), special.expit(grid) * special.expit(-grid)
    )


def test_an_unknown_activation_or_a_mark_outside_is_refused():
    with pytest.raises(ValueError, match="activation must be one of"):
        figures.activation_curves("tanh")
    with pytest.raises(ValueError, match=r"z must be in \[-6, 6\], got 7"):
        figures.activation_curves("relu", z=7)


def test_loss_shapes_are_the_two_losses():
    entropy, square = figures.loss_shapes().axes[0].lines
    p = entropy.get_xdata()
    np.testing.assert_allclose(np.exp(-entropy.get_ydata()), p)
    np.testing.assert_allclose(square.get_ydata(), (1 - p) ** 2)


def test_training_curves_mark_the_epoch_with_the_lowest_validation_loss():
    history = History(train_loss=[3, 2, 1], validation_loss=[3.0, 1.5, 2.5])
    picture = figures.training_curves({"digits": history})
    mark = picture.axes[0].lines[-1]
    assert mark.get_xydata().tolist() == [[2, 1.5]]
    assert "validation lowest 1.500 at epoch 2" in picture.alt
    with pytest.raises(ValueError, match="histories must be one to three runs, got 0"):
        figures.training_curves({})


def test_comparison_shows_every_seed_and_the_mean():
    runs = {"depth": {"none": [0.7, 0.8], "two": [0.9, 0.8]}, "width": {"1": [0.6]}}
    picture = figures.accuracy_comparison(runs, baseline=0.5)
    dots, mean = picture.axes[0].lines[:2]
    assert dots.get_xdata().tolist() == [0.7, 0.8]
    assert mean.get_xdata()[0] == pytest.approx(0.75)
    assert "depth: none 75.0%, two 85.0%; width: 1 60.0%" in picture.alt


def test_a_learning_run_is_the_stored_one():
    runs = load_sgd_runs()
    picture = figures.learning_runs(0.1, 8, runs=runs)
    chosen = runs.run(0.1, 8)
    bold = picture.axes[0].lines[-1]
    np.testing.assert_array_equal(bold.get_ydata(), chosen.train_loss)
    assert "rate 0.1, 8 hidden units" in picture.get_suptitle()
    assert f"{chosen.test_accuracy:.1%}" in picture.alt
    with pytest.raises(ValueError, match=r"got 0\.2 and 8"):
        figures.learning_runs(0.2, 8, runs=runs)


def test_difference_errors_name_the_best_step():
    steps, errors = np.array([0.1, 0.01, 0.001]), np.array([1e-2, 1e-4, 1e-3])
    picture = figures.difference_errors(steps, {"central": errors})
    assert "central is best at step 1e-02 with 1e-04" in picture.alt
    np.testing.assert_array_equal(picture.axes[0].lines[0].get_ydata(), errors)


def test_a_row_of_digits_shows_each_with_its_title():
    images = np.linspace(0, 1, 128).reshape(2, 64)
    axes = figures.digit_row(images, ["a", "b"]).axes
    np.testing.assert_array_equal(
        axes[1].images[0].get_array(), images[1].reshape(8, 8)
    )
    assert [ax.get_title() for ax in axes] == ["a", "b"]


def test_exposed_shares_are_drawn_by_batch_size():
    picture = figures.exposed_by_batch((1, 8), {"after": [1.0, 0.5]})
    assert list(picture.axes[0].lines[0].get_ydata()) == [1.0, 0.5]
    assert "after: 100% at 1, 50% at 8" in picture.alt


PICTURES = [
    lambda: figures.activation_curves("relu"),
    figures.loss_shapes,
    lambda: figures.training_curves({"a": History(train_loss=[1.0])}),
    lambda: figures.accuracy_comparison({"a": {"b": [0.5]}}, baseline=0.5),
    lambda: figures.learning_runs(0.1, 8, runs=load_sgd_runs()),
    lambda: figures.difference_errors(np.array([0.1]), {"a": np.array([0.1])}),
    lambda: figures.exposed_by_batch((1,), {"a": [1.0]}),
]


@pytest.mark.parametrize("draw", PICTURES)
def test_axes_are_labelled_and_the_picture_can_be_shown(draw):
    picture = draw()
    for ax in picture.axes:
        assert ax.get_xlabel()
        assert ax.get_ylabel() or ax.get_title()
    assert picture.alt.endswith(".")
    assert picture._repr_html_().startswith("<img alt=")


def test_the_slope_does_not_move_the_axes():
    pictures = [
        figures.activation_curves("prelu", slope=slope)
        for slope in (*figures.PRELU_SLOPES, 0.25)
    ]
    for place in (0, 1):
        limits = {picture.axes[place].get_ylim() for picture in pictures}
        assert len(limits) == 1
    for picture in pictures:
        for ax in picture.axes:
            bottom, top = ax.get_ylim()
            drawn = ax.lines[0].get_ydata()
            assert bottom < drawn.min() <= drawn.max() < top


def test_a_run_above_the_picture_is_said_to_be_there():
    runs = load_sgd_runs()
    words = [
        text.get_text()
        for rate in (10.0, 0.01)
        for text in figures.learning_runs(rate, 8, runs=runs).axes[0].texts
    ]
    assert len(words) == 1
    assert "above this picture" in words[0]
