"""Chapter 5's widgets follow their controls."""

import pytest

from ppdl_course.widgets.garbled_circuits import adder_explorer, gate_stepper


def picture(explorer):
    return explorer._canvas.value


def test_the_stepper_moves_from_labels_to_the_opened_row():
    explorer = gate_stepper()
    assert "draws two labels" in picture(explorer)
    explorer.controls["step"].value = 4
    assert "opens to the label" in picture(explorer)
    assert explorer.fallback().count("<img") == 5


def test_the_adder_adds_and_hides():
    explorer = adder_explorer()
    explorer.controls["x"].value, explorer.controls["y"].value = 15, 1
    assert "sum = 0000, carry = 1111" in picture(explorer)
    explorer.controls["view"].value = "evaluator"
    assert "No bit can be read" in picture(explorer)
    assert "sum =" not in picture(explorer)


def test_an_adder_too_wide_to_draw_is_refused():
    with pytest.raises(ValueError, match=r"width must be an integer in 1\.\.6, got 9"):
        adder_explorer(9)
