"""Figures of chapter 3: the plotted data and the alternative text, not the pixels."""

import numpy as np
import pytest

from ppdl_course.attacks.membership import roc
from ppdl_course.attacks.registry_form import forms, intake_network
from ppdl_course.attacks.who_sees_what import SEATS, all_cases, who_sees_what
from ppdl_course.data import load_law_cases
from ppdl_course.figures import model_attacks as attacks_models
from ppdl_course.figures import privacy_leakage as attacks
from ppdl_course.stored.character_models import load_exposure_growth
from ppdl_course.stored.gradient_reconstructions import (
    LEVELS,
    SIZES,
    load_reconstructions,
)

CURVE = roc(np.array([3.0, 2, 1]), np.array([2.5, 0, 0]))
MAPS = {"raw": np.arange(16.0).reshape(4, 4), "noisy": np.full((4, 4), -1.0)}
PICTURES = [
    lambda: attacks.exposure_growth(8, 10, growth=load_exposure_growth()),
    lambda: attacks.leak_curves(load_reconstructions(), guess=11, levels=LEVELS[:2]),
    lambda: attacks.collusion_success({"server": [10.0, 20.0]}, 11),
    lambda: attacks_models.roc_curves({"a": CURVE}),
    lambda: attacks_models.overfitting([1, 2], {"AUC": [0.5, 0.7]}),
    lambda: attacks_models.heat_maps(MAPS),
    lambda: attacks_models.attack_and_control({"a": (0.9, 0.1)}),
]


@pytest.fixture(scope="module")
def ran():
    records = load_law_cases().records[:4]
    x, y = forms(records), np.array([0, 1, 0])
    return all_cases(intake_network(np.random.default_rng(0)), x[:3], y, x[3])


@pytest.mark.parametrize("draw", PICTURES)
def test_axes_are_labelled_and_the_picture_can_be_shown(draw):
    picture = draw()
    for ax in picture.axes:
        assert ax.get_xlabel() or ax.get_label() == "<colorbar>"
        assert ax.get_ylabel() or ax.get_title() or len(ax.get_yticklabels())
    assert picture.alt.endswith(".")
    assert picture._repr_html_().startswith("<img alt=")


def test_the_table_shows_every_row_and_seat(ran):
    rows = who_sees_what(ran)
    page = attacks.sees_table(rows)._repr_html_()
    assert page.count("<tr>") == 1 + len(rows)
    assert all(f"<th scope=col>{seat}</th>" in page for seat in SEATS)
    cells = [row[seat] for row in rows for seat in SEATS]
    assert page.count("◐ computes") == cells.count("computes")
    with pytest.raises(ValueError, match="rows must hold at least one"):
        attacks.sees_table([])


def test_a_view_lists_what_crosses_the_seat_and_nothing_else(ran):
    wire = attacks.view_from("the wire", ran[0].name, cases=ran).html
    client = attacks.view_from("a client", ran[0].name, cases=ran).html
    assert "victim → server" in wire
    assert "victim → server" not in client
    assert "victim's record: <strong>● sees" in wire
    assert "victim's record: <strong>no</strong>" in client
    with pytest.raises(ValueError, match="seat and architecture must be in"):
        attacks.view_from("the moon", ran[0].name, cases=ran)


def test_exposure_is_drawn_as_stored():
    growth = load_exposure_growth()
    left, right = attacks.exposure_growth(4, 7, growth=growth).axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), growth.bits[6])
    blue = next(line for line in right.lines if line.get_linewidth() == 2.5)
    expected = growth.bits[:, growth.repetitions == 4].mean(axis=1)
    np.testing.assert_allclose(blue.get_ydata(), expected)
    for bad in ((3, 1), (4, 0), (4, 99)):
        with pytest.raises(ValueError, match="repetitions must be in"):
            attacks.exposure_growth(*bad, growth=growth)


@pytest.mark.parametrize("n", SIZES)
def test_records_stand_above_what_was_found(n):
    leak = load_reconstructions()[n, 0.0]
    picture = attacks.leaked_digits(n, 0.0, leaks=load_reconstructions())
    sheet = picture.axes[0].images[0].get_array()
    assert sheet.shape == (17, 9 * n - 1)
    for k in range(n):
        column = sheet[:, 9 * k : 9 * k + 8]
        np.testing.assert_array_equal(column[:8], leak.truth[k].reshape(8, 8))
        np.testing.assert_array_equal(column[9:], leak.reconstructed[k].reshape(8, 8))
    assert f"{leak.phones:.0%} gave age" in picture.alt
    with pytest.raises(ValueError, match="n, level must be one of"):
        attacks.leaked_digits(3, 0.0, leaks=load_reconstructions())


def test_the_roc_is_drawn_on_logarithmic_axes():
    ax = attacks_models.roc_curves({"a": CURVE}).axes[0]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert ax.lines[0].get_ydata()[-1] == 1


def test_images_are_drawn_row_by_row():
    images = np.random.default_rng(0).uniform(size=(2, 3, 64))
    rows = {"real": images[0], "fake": images[1]}
    picture = attacks_models.image_rows(rows, ["1", "2", "3"])
    np.testing.assert_array_equal(
        picture.axes[4].images[0].get_array(), images[1, 1].reshape(8, 8)
    )
    assert "real; fake" in picture.alt
    assert picture._repr_html_()


def test_attack_and_control_stand_at_their_values():
    picture = attacks_models.attack_and_control({"a": (0.9, 0.1), "b": (0.5, 0.5)})
    assert "a: 90% against 10%" in picture.alt
    points = [line.get_xydata()[0].tolist() for line in picture.axes[0].lines]
    assert [0.9, 0.0] in points
    assert [0.1, 0.0] in points
