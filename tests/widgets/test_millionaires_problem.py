"""Tests for the protocol player and the widget of Yao's list."""

import pytest

from ppdl_course.mpc.millionaires.yao import play_alice, play_bob
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run
from ppdl_course.widgets.millionaires_problem import list_explorer
from ppdl_course.widgets.player import player


@pytest.fixture
def record():
    with Channel("Alice", "Bob") as channel:
        run(
            channel,
            lambda end: play_alice(end, 7, 10, 64),
            lambda end: play_bob(end, 8, 10),
        )
    return channel


def test_the_player_steps_and_changes_the_view(record):
    widget = player(record)
    assert widget.controls["step"].max == 4
    widget.controls["step"].value = 3
    assert "Message 3 of 4" in widget._canvas.value
    assert "<em>i</em> = <code>7</code>" in widget._canvas.value
    widget.controls["view"].value = "Bob"
    assert "<em>i</em>" not in widget._canvas.value
    assert "<em>j</em> = <code>8</code>" in widget._canvas.value


def test_the_static_page_holds_the_whole_run_in_every_view(record):
    page = player(record).fallback()
    assert page.count("Message 4 of 4") == 4
    for view in ("everyone", "Alice", "Bob", "the wire"):
        assert f"View of {view}" in page


def test_an_empty_run_has_no_player():
    with pytest.raises(ValueError, match="at least one message"):
        player(Channel("Alice", "Bob"))


def test_the_list_follows_its_sliders():
    widget = list_explorer()
    assert "i ≥ 4" in widget._canvas.value
    widget.controls["j"].value = 8
    assert "i &lt; 8" in widget._canvas.value
    widget.controls["size"].value = 30
    assert "30 decryptions" in widget._canvas.value


def test_the_numbers_stay_in_the_range_that_shrinks():
    widget = list_explorer()
    widget.controls["size"].value = 5
    assert widget.values["i"] == 5
    assert widget.values["j"] == 4
    assert "5 decryptions" in widget._canvas.value
    widget.controls["size"].value = 1
    assert "1 decryption," in widget._canvas.value
    assert "alert" not in widget._canvas.value
    widget.controls["i"].value = 20
    assert widget.values["i"] == 1
    widget.controls["size"].value = 60
    widget.controls["i"].value = 60
    assert "60 decryptions" in widget._canvas.value
