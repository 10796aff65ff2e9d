"""Tests for the stopwatches of ppdl_course.parties.costs."""

import math
import time

import pytest

from ppdl_course.parties.channel import Channel
from ppdl_course.parties.costs import crossing, seconds


def test_a_block_is_timed_from_its_first_line_to_its_last():
    before = time.perf_counter()
    with seconds() as spent:
        time.sleep(0.02)
    assert 0.02 <= spent.seconds <= time.perf_counter() - before


def test_there_is_no_time_before_the_block_has_ended():
    with seconds() as spent:
        assert math.isnan(spent.seconds)


def test_a_block_that_fails_is_timed_too():
    with pytest.raises(KeyError), seconds() as spent:
        raise KeyError
    assert spent.seconds > 0


def test_only_what_crosses_in_the_block_is_counted():
    channel = Channel("Alice", "Bob")
    channel["Alice"].send("before", b"x" * 50)
    with crossing(channel) as cost:
        channel["Alice"].send("meanwhile", b"x" * 100)
    channel["Alice"].send("after", b"x" * 50)
    assert cost.bytes == channel.messages[1].size >= 100
    assert cost.seconds > 0
