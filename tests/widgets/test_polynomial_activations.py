"""Chapter 10's explorers: controls reach the figures, states and messages show."""

import pytest

from ppdl_course.widgets import polynomial_activations as polynomials


@pytest.fixture(scope="module")
def degree():
    return polynomials.degree_explorer()


def test_the_degree_slider_says_when_the_context_stops_affording_it(degree):
    degree.controls["degree"].value = 7
    assert "n = 8192 affords it" in degree._canvas.value
    degree.controls["degree"].value = 9
    assert "n = 8192 does NOT afford it" in degree._canvas.value
    degree.controls["poly_modulus_degree"].value = 16384
    assert "n = 16384 affords it" in degree._canvas.value
    degree.controls["scheme"].value = "Horner"
    assert "9 levels" in degree._canvas.value


def test_the_interval_slider_moves_the_error(degree):
    degree.controls["degree"].value = 7
    degree.controls["bound"].value = 8
    assert "0.026 on [-8, 8]" in degree._canvas.value
    degree.controls["bound"].value = 16
    assert "on [-16, 16]" in degree._canvas.value
    assert "0.026 on" not in degree._canvas.value


def test_a_method_that_does_not_exist_for_a_function_is_a_message(degree):
    degree.controls["name"].value = "tanh"
    degree.controls["method"].value = "derivative"
    assert 'role="alert"' in degree._canvas.value
    degree.controls["method"].value = "minimax"
    assert 'role="alert"' not in degree._canvas.value
    degree.controls["name"].value = "relu"
    degree.controls["method"].value = "normal"
    degree.controls["degree"].value = 31
    assert "at most 30 under" in degree._canvas.value


def test_the_cnn_explorer_reaches_every_stored_run():
    explorer = polynomials.cnn_explorer()
    seen = set()
    for d in polynomials.DEGREES:
        for bound in polynomials.BOUNDS:
            explorer.controls["degree"].value = d
            explorer.controls["bound"].value = bound
            assert 'role="alert"' not in explorer._canvas.value
            seen.add(explorer._canvas.value)
    assert len(seen) == 9


def test_each_has_a_static_page_with_every_state(degree):
    for explorer in (degree, polynomials.cnn_explorer()):
        assert explorer.fallback().count("<tr>") == len(explorer._states)
