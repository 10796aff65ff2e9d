"""Chapter 9's explorers: controls reach the figures, states and messages show."""

import numpy as np
import pytest

from ppdl_course.widgets import homomorphic_encryption as he


@pytest.fixture(scope="module")
def explorers():
    makers = (he.noise_budget_explorer, he.precision_explorer, he.budget_bar_explorer)
    return {make.__name__: make() for make in makers}


def test_the_budget_bar_warns_before_the_exception(explorers):
    explorer = explorers["budget_bar_explorer"]
    assert "scale out of bounds" in explorer._canvas.value
    explorer.controls["middle_primes"].value = 2
    assert "2 products in a row are affordable" in explorer._canvas.value
    explorer.controls["scale_bits"].value = 30
    assert "results wrong by" in explorer._canvas.value
    explorer.controls["middle_primes"].value = 3
    assert 'role="alert"' in explorer._canvas.value


def test_the_noise_budget_follows_the_chain(explorers):
    explorer = explorers["noise_budget_explorer"]
    assert "5 products" in explorer._canvas.value
    explorer.controls["primes"].value = 2
    assert "2 products in a row" in explorer._canvas.value
    explorer.controls["primes"].value = 14
    assert "allows 218" in explorer._canvas.value


def test_precision_runs_were_made_when_the_explorer_was(explorers):
    explorer = explorers["precision_explorer"]
    first = explorer._canvas.value
    explorer.controls["scale_bits"].value = 40
    assert explorer._canvas.value != first
    assert he.measured_precision.cache_info().currsize >= 3 * len(he.SCALES)


def test_each_has_a_static_page_with_every_state(explorers):
    for explorer in explorers.values():
        assert explorer.fallback().count("<tr>") == len(explorer._states)
        assert np.isfinite(explorer.redraw_ms)
