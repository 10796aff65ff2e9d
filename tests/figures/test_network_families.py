"""Chapter 2's figures show what they were given, and say it in words."""

import re

import numpy as np
import pytest

from ppdl_course.families.gan import GANRun
from ppdl_course.families.initialise import seeded, signal_by_layer
from ppdl_course.families.links import LinkedNetwork
from ppdl_course.figures import labelled_text as legal_text
from ppdl_course.figures import network_families as families

TEXT = "证人张岚<34岁。"
FOUND = [(2, 4, "PERSON"), (5, 8, "AGE")]


def lines(picture):
    return [
        line for ax in picture.axes for line in ax.lines if len(line.get_xdata()) > 2
    ]


def test_a_link_diagram_has_an_arrow_for_each_link_between_nodes():
    network = LinkedNetwork((2, 3, 1), seeded(1), cross=[(0, 2)], loops=[1])
    picture = families.link_diagram({"all": network})
    assert len(picture.axes[0].patches) == 2 * 3 + 3 * 1 + 2 * 1 + 3
    for words in ("direct 0 to 1, 1 to 2", "cross-layer 0 to 2", "self-join 1 to 1"):
        assert words in picture.alt
    with pytest.raises(ValueError, match="networks"):
        families.link_diagram({})


def test_memory_curves_end_at_the_mean_of_the_last_ten():
    picture = families.memory_curves({"A": [0.5] * 20 + [0.9] * 10}, 7)
    assert lines(picture)[0].get_ydata()[-1] == pytest.approx(0.9)
    assert "7 steps" in picture.alt
    assert "A 90%" in picture.alt


def test_the_signal_is_the_one_that_was_computed():
    picture = families.signal_curves(12, 1.3)
    rng = np.random.default_rng(1)
    expected = signal_by_layer(12, gain=1.3, rng=rng, examples=families.EXAMPLES)
    drawn = next(x for x in picture.axes[0].lines if x.get_label() == "plain")
    assert drawn.get_ydata() == pytest.approx(np.log10(expected))
    assert f"{expected[-1]:.1e}" in picture.alt
    with pytest.raises(ValueError, match="depth"):
        families.signal_curves(0, 1.0)


def test_depth_curves_list_each_accuracy():
    picture = families.depth_curves(
        {"plain": {4: 0.9, 8: 0.5}, "residual": {4: 0.8, 8: 0.7}}
    )
    assert picture.axes[0].lines[0].get_ydata().tolist() == [0.9, 0.5]
    assert "residual: 80% at 4, 70% at 8" in picture.alt


def test_gan_runs_say_what_they_cover():
    real = np.array([[0.0, 0.0], [1.0, 1.0]])
    run = GANRun([1.0] * 200, [0.5] * 200, np.array([[0.0, 0.05]]))
    picture = families.gan_runs({"one": run}, real)
    assert "covers 50%" in picture.alt
    assert "1.00 (generator) and 0.50 (discriminator)" in picture.alt


def test_marked_text_keeps_every_character_and_names_the_types():
    page = legal_text.marked(TEXT, FOUND)
    shown = re.sub(r"<sub>.*?</sub>|<[^>]*>", "", page)
    assert shown.replace("&lt;", "<") == TEXT
    assert "&nbsp;PERSON" in page
    assert "&nbsp;AGE" in page


def test_the_redaction_page_shows_both_texts_and_escapes_them():
    page = legal_text.redaction_page(TEXT, FOUND)._repr_html_()
    assert "marked (2 found)" in page
    assert "证人[PERSON]&lt;[AGE]。" in page
    assert "none found" in legal_text.redaction_page("无。", [])._repr_html_()


def test_readings_tick_what_agrees_with_the_truth():
    rows = [(TEXT, {"truth": FOUND, "a": FOUND[::-1], "b": FOUND[:1]})]
    page = legal_text.readings(rows)._repr_html_()
    assert page.count("✔") == 1
    assert page.count("✘") == 1


def test_score_intervals_reach_from_low_to_high():
    picture = legal_text.score_intervals({"a": {"all": (0.8, 0.7, 0.85)}})
    bars = picture.axes[0].containers[0].lines[2][0].get_segments()[0]
    assert bars[:, 1] == pytest.approx([0.7, 0.85])
    assert "a: all 0.80" in picture.alt


def test_topic_weights_mark_where_a_topic_is_said():
    left = np.array([[1, 1], [0.8, 0.9], [0.7, 0.6]])
    picture = legal_text.topic_weights(["bail", "x"], ["bail", "theft"], left)
    assert "bail 0.70, said 1 times" in picture.alt
    assert "theft 0.60, said 0 times" in picture.alt


def test_before_and_after_has_a_bar_for_each_value():
    picture = legal_text.before_and_after({"F1": {"a": 0.5, "b": 0.75}})
    assert [bar.get_height() for bar in picture.axes[0].patches] == [0.5, 0.75]
    assert "F1: a 0.50, b 0.75" in picture.alt


def test_the_gain_does_not_move_the_axes():
    limits = {
        (picture.axes[0].get_xlim(), picture.axes[0].get_ylim())
        for picture in (families.signal_curves(30, gain) for gain in (0.5, 1.4, 2.0))
    }
    assert len(limits) == 1
    assert "over 1 layer," in families.signal_curves(1, 1.0).alt
