"""Tests for ppdl_course.parties.processes: two real processes over the loopback."""

import time

import pytest

from ppdl_course.parties.processes import Program, launch

YAO = "ppdl_course.mpc.millionaires.yao:"


def settle(i, j, size=10):
    return launch(
        Program("Alice", f"{YAO}play_alice", (i, size, 256)),
        Program("Bob", f"{YAO}play_bob", (j, size)),
    )


def test_two_processes_answer_the_millionaires_and_count_the_same():
    outcome = settle(7, 8)
    assert outcome.results == {"Alice": False, "Bob": False}
    alice, bob = outcome.views["Alice"], outcome.views["Bob"]
    assert alice.messages == bob.messages
    assert (len(alice.messages), alice.rounds) == (4, 4)
    assert outcome.transcript.bytes == alice.bytes > 0
    assert {note.party for note in alice.notes} == {"Alice"}
    assert {note.party for note in bob.notes} == {"Bob"}
    assert 0 < outcome.seconds < 30


def test_shares_work_between_processes_too():
    gmw = "ppdl_course.mpc.sharing.gmw:play_comparison"
    outcome = launch(Program("Alice", gmw, (0, 9, 8)), Program("Bob", gmw, (1, 9, 8)))
    assert outcome.results == {"Alice": True, "Bob": True}


def test_the_error_of_a_party_is_reported_with_its_name():
    with pytest.raises(
        RuntimeError, match=r"Bob: ValueError: j must be an integer in 1\.\.10"
    ):
        settle(7, 11)


def test_a_program_that_does_not_exist_is_reported():
    with pytest.raises(RuntimeError, match="Alice: ModuleNotFoundError"):
        launch(Program("Alice", "no.such:thing"), Program("Bob", "no.such:thing"))


def test_processes_that_hang_are_ended():
    start = time.monotonic()
    with pytest.raises(TimeoutError, match="did not finish in 3 s"):
        launch(
            Program("Alice", f"{YAO}play_bob", (1, 2)),
            Program("Bob", f"{YAO}play_bob", (1, 2)),  # both wait for E
            timeout=3,
        )
    assert time.monotonic() - start < 20
