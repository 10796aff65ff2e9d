"""Controls of chapter 10, over the figures of ``figures.polynomial_activations``."""

import functools

import ipywidgets as widgets

from ppdl_course.figures.polynomial_activations import approximation, cnn_accuracy
from ppdl_course.he.polynomials.approximation import FUNCTIONS, METHODS
from ppdl_course.he.polynomials.evaluation import SCHEMES
from ppdl_course.stored.polynomial_cnn import BOUNDS, DEGREES, load_cnn_runs
from ppdl_course.widgets.explorer import Explorer

RINGS = (4096, 8192, 16384, 32768)


def _state(
    name: str, method: str, degree: int, bound: int, scheme: str, n: int
) -> dict:
    return {
        "name": name,
        "method": method,
        "degree": degree,
        "bound": bound,
        "scheme": scheme,
        "poly_modulus_degree": n,
    }


def degree_explorer() -> Explorer:
    """Return controls over function, method, degree, interval, scheme and context."""
    return Explorer(
        approximation,
        {
            "name": widgets.Dropdown(
                options=list(FUNCTIONS), value="sigmoid", description="function"
            ),
            "method": widgets.Dropdown(
                options=list(METHODS), value="chebyshev", description="method"
            ),
            "degree": widgets.IntSlider(
                value=3, min=1, max=31, description="degree", continuous_update=False
            ),
            "bound": widgets.IntSlider(
                value=8,
                min=1,
                max=16,
                description="interval ±",
                continuous_update=False,
            ),
            "scheme": widgets.Dropdown(
                options=list(SCHEMES), value="tree", description="evaluation"
            ),
            "poly_modulus_degree": widgets.Dropdown(
                options=RINGS, value=8192, description="ring degree n of the context"
            ),
        },
        caption="How far must the degree rise when the interval doubles, and when does "
        "the context stop affording it?",
        states=[
            _state("sigmoid", "taylor", 3, 8, "Horner", 8192),
            _state("sigmoid", "chebyshev", 7, 8, "Horner", 8192),
            _state("sigmoid", "chebyshev", 7, 8, "tree", 8192),
            _state("relu", "minimax", 4, 6, "tree", 8192),
            _state("relu", "derivative", 4, 6, "tree", 8192),
        ],
    )


def cnn_explorer() -> Explorer:
    """Return controls over the stored CNN runs."""
    return Explorer(
        functools.partial(cnn_accuracy, load_cnn_runs()),
        {
            "degree": widgets.SelectionSlider(
                options=DEGREES, value=4, description="degree"
            ),
            "bound": widgets.SelectionSlider(
                options=BOUNDS, value=3.0, description="interval ± (swapped)"
            ),
        },
        caption="Which method wins when the interval is too short for the inputs, and "
        "which when it is long enough?",
        states=[
            {"degree": 4, "bound": 3.0},
            {"degree": 4, "bound": 5.0},
            {"degree": 6, "bound": 8.0},
        ],
    )
