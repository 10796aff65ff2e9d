"""Redaction follows what is typed; the signal follows its sliders."""

from ppdl_course.stored.taggers_and_writers import load_tagger
from ppdl_course.widgets.network_families import (
    LONGEST,
    redaction_explorer,
    signal_explorer,
)

SENTENCE = "被告人赵岚，34岁，电话000-2717-4459。"


def test_typing_redacts_the_new_text():
    widget = redaction_explorer(load_tagger("lattice"), "双方都没有上诉。")
    assert "none found" in widget._canvas.value
    widget.controls["text"].value = SENTENCE
    assert "被告人[PERSON]，[AGE]，电话[PHONE]。" in widget._canvas.value


def test_an_empty_box_and_a_text_too_long_are_answered():
    widget = redaction_explorer(load_tagger("lattice"), SENTENCE)
    widget.controls["text"].value = ""
    assert "none found" in widget._canvas.value
    widget.controls["text"].value = "上" * (LONGEST + 1)
    assert f"at most {LONGEST} characters" in widget._canvas.value


def test_typed_markup_stays_text():
    widget = redaction_explorer(load_tagger("lattice"), "<img src=x>")
    assert "<img src=x>" not in widget._canvas.value


def test_a_static_page_shows_each_example():
    page = redaction_explorer(load_tagger("lattice"), SENTENCE, "上诉。").fallback()
    assert page.count(">redacted</dt>") == 2
    assert "[PHONE]" in page


def test_the_signal_is_redrawn():
    widget = signal_explorer()
    before = widget._canvas.value
    widget.controls["depth"].value = 60
    assert "over 60 layers" in widget._canvas.value != before
