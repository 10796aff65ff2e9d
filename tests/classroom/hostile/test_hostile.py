"""Hostile notebooks get what their honest part deserves, and harm nobody."""

import re
from dataclasses import replace

import pytest

from ppdl_course.classroom.kernels.sandbox import sandbox_available

from .conftest import batch, kept
from .harness import ATTACKS, BANK, ESSAY, HONEST, LIMITS, MARK, SECRET

# What nobody names: it looks like any other wrong answer, or like a right one.
UNNAMED = {"returns_deep_values", "shows_hidden_inputs"}
# What works, and is written down in docs/security.md.
STILL_POSSIBLE = {"shows_hidden_inputs", "fools_the_watch"}
# These look at the world without changing it: harmless where there is no sandbox.
HARMLESS = ("opens_the_network", "reads_environment", "reads_files")


@pytest.mark.parametrize("student", HONEST)
def test_an_honest_neighbour_gets_its_full_score(seen, student):
    assert seen.scores[student] == seen.expected[student]
    assert student not in seen.notices


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_exactly_what_its_honest_part_deserves(seen, name):
    assert seen.scores[f"h_{name}"] == seen.expected[f"h_{name}"]


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_was_made_and_the_report_names_it(seen, name):
    notices = "\n".join(seen.notices.get(f"h_{name}", ()))
    for phrase in ATTACKS[name].says:
        assert any(either in notices for either in phrase.split(" or "))
    assert bool(ATTACKS[name].says) != (name in UNNAMED)
    assert "sandboxed: True" in seen.printed[f"h_{name}"]
    for phrase in ATTACKS[name].shows:
        assert phrase in seen.printed[f"h_{name}"]


def test_every_attack_that_scores_for_a_wrong_answer_is_known():
    # An answer that earns points in the bank is right, or one of those written down.
    earning = {name for name, a in ATTACKS.items() if any(a.earns.values())}
    assert earning == {"asks_for_more", "reads_the_check", *STILL_POSSIBLE}


@pytest.mark.parametrize(
    ("student", "why"),
    [
        ("x_cut", "cells before it are whole. Ask for the file again"),
        ("x_empty", "is empty (0 bytes)"),
        ("x_link", "is not an ordinary file"),
        ("x_pipe", "is not an ordinary file"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(seen, student, why):
    assert student not in seen.scores
    assert why in seen.failed[student]


def test_nobody_stops_the_batch(seen):
    assert set(seen.failed) == {"x_cut", "x_empty", "x_link", "x_pipe"}
    assert set(seen.scores) == {*HONEST, *(f"h_{name}" for name in ATTACKS)}


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_of_the_instructors_or_of_others_was_read(seen, name):
    shown = seen.outputs[f"h_{name}"]
    assert SECRET not in shown
    assert "HIDDEN TESTS" not in shown
    assert "SQLite format 3" not in shown
    assert ESSAY.partition("{")[0] not in shown


def test_nobody_heard_of_them_on_the_network_or_a_socket(seen):
    assert seen.heard == []


def test_no_process_goes_on(seen):
    assert seen.left_running == {}


def test_no_file_and_no_mount_is_left_or_changed(seen):
    assert seen.left_lying == []
    assert seen.changed == {}
    before, after = seen.submitted
    assert before == after


def test_the_gradebook_holds_what_the_checks_gave_and_no_more(seen):
    assert seen.manual_scores == []
    assert set(seen.full) == set(seen.expected["zoe"])
    assert sum(points for points in seen.full.values()) == 17


def test_the_report_can_be_read_whatever_they_wrote(seen):
    assert len(seen.text) < 300_000
    for notices in seen.notices.values():
        assert len(notices) <= 100
        assert all("\n" not in notice and "\x1b" not in notice for notice in notices)


def test_a_fake_score_is_text_among_the_outputs_and_runs_no_script(seen):
    page = seen.pages["h_fakes_a_score"]
    assert "Score: 14.0 / 14.0" in page
    assert f"alert('{MARK}')" in page.replace("&#39;", "'")  # shown as it was written
    for tag in ("<script>alert", "<img src=x", "<iframe src=", "<svg><script"):
        assert tag not in page


def test_the_page_on_security_names_every_attack_and_tests_that_there_are():
    text = (BANK.parents[3] / "docs" / "security.md").read_text(encoding="utf-8")
    _, possible = text.split("## What is still possible")
    assert {name for name in ATTACKS if name not in text} == set()
    assert {name for name in STILL_POSSIBLE if f"(`{name}`)" not in possible} == set()
    tests = set(re.findall(r"test_\w+\.py", text))
    there = {path.name for path in BANK.parents[2].rglob("test_*.py")}
    assert tests - there == set()
    for part in re.findall(r"`\.\.\.(\w+)`", text):
        sources = BANK.parents[1].rglob("test_*.py")
        assert any(f"{part}(" in path.read_text(encoding="utf-8") for path in sources)


# The same in kernels that were not forked, for what the walls of the two have to stop.
COLD = (
    "climbs_the_walls",
    "closes_every_file",
    "fills_output",
    "kills_its_parent",
    "leaves_processes",
    "opens_unix_sockets",
    "plants_start_up_files",
    "reads_environment",
)


@pytest.fixture(scope="session")
def cold(tmp_path_factory):
    from .conftest import once

    return once(tmp_path_factory, "cold", lambda root: batch(root, "cold", COLD))


@pytest.mark.parametrize("name", COLD)
def test_a_cold_kernel_stops_the_same(cold, name):
    student = f"h_{name}"
    assert cold.scores[student] == cold.expected[student]
    assert SECRET not in cold.outputs[student]
    for phrase in ATTACKS[name].shows:
        assert phrase in cold.printed[student]


def test_nothing_is_left_of_cold_kernels(cold):
    assert (cold.heard, cold.left_running) == ([], {})
    assert (cold.left_lying, cold.changed) == ([], {})
    for student in HONEST:
        assert cold.scores[student] == cold.expected[student]


# Without a sandbox the harmless ones get what they look for: the tests above can fail.


@pytest.fixture(scope="session")
def unsafe(tmp_path_factory):
    if sandbox_available():
        pytest.skip("the attacks are written for Linux")

    def run(root):
        patient = replace(LIMITS, cell_seconds=60, seconds=200)  # there is more to read
        return batch(root, "unsafe", HARMLESS, guarded=False, limits=patient)

    return kept(tmp_path_factory, "unsafe", run)


def test_without_a_sandbox_the_same_attacks_find_what_they_look_for(unsafe):
    assert SECRET in unsafe.outputs["h_reads_environment"]
    files = unsafe.printed["h_reads_files"]
    assert "secrets found: 0" not in files
    assert "secrets found: " in files
    assert "gradebook: changed" in files
    assert any("127.0.0.1" in place for place in unsafe.heard)
    assert MARK not in str(unsafe.left_lying)
