"""Nothing is lost and nothing is graded twice, whenever somebody pulls the plug."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.classroom.grader.batch import grade
from ppdl_course.classroom.grader.job import Result
from ppdl_course.classroom.grader.journal import Busy, Journal, key_of

from .here import CLASS, EXPECTED, TINY, HerePool, scores

RAN = Result("ann", TINY, '{"cells": []}', 1.5, ("tried a thing",))
HERE = Path(__file__).parent / "here.py"


def test_a_result_outlives_the_process_that_wrote_it(tmp_path):
    with Journal(tmp_path) as journal:
        journal.executed("key", RAN)
    with Journal(tmp_path) as journal:
        assert journal.result("ann", "key") == RAN
        assert journal.result("ann", "another") is None
        assert journal.result("bob", "key") is None


def test_a_saved_result_is_remembered_and_its_file_is_gone(tmp_path):
    with Journal(tmp_path) as journal:
        journal.executed("key", RAN)
        journal.saved("key", RAN, "hash")
        assert journal.result("ann", "key") is None
    with Journal(tmp_path) as journal:
        entry = journal.entries["ann"]
        assert (entry.step, entry.key, entry.written) == ("saved", "key", "hash")
        assert entry.notices == ("tried a thing",)
    assert not list(tmp_path.glob("*.json"))


@given(cut=st.integers(0, 400))
def test_a_line_cut_off_anywhere_does_not_count(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("journal")
    with Journal(folder) as journal:
        journal.executed("one", RAN)
        whole = (folder / "journal.jsonl").read_bytes()
        journal.saved("one", RAN, "hash")
    path = folder / "journal.jsonl"
    data = path.read_bytes()
    end = min(len(whole) + cut, len(data))
    path.write_bytes(data[:end])
    with Journal(folder) as journal:
        step = "saved" if end == len(data) else "executed"
        assert journal.entries["ann"].step == step
        journal.saved("two", RAN, "again")  # stands on a line of its own
    with Journal(folder) as journal:
        assert journal.entries["ann"].key == "two"


def test_a_damaged_line_is_named_with_a_remedy(tmp_path):
    with Journal(tmp_path) as journal:
        journal.executed("key", RAN)
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"student": 3}\n' + path.read_bytes())
    with pytest.raises(ValueError, match=r"line 1 is damaged: delete the file"):
        Journal(tmp_path)
    path.unlink()
    Journal(tmp_path).close()  # and it held no lock


def test_a_line_without_its_result_is_executed_again(tmp_path):
    with Journal(tmp_path) as journal:
        journal.executed("key", RAN)
        (tmp_path / "key.json").write_text('{"student": "an')
        assert journal.result("ann", "key") is None


def test_results_that_nobody_waits_for_are_swept(tmp_path):
    with Journal(tmp_path) as journal:
        journal.executed("old", RAN)
        journal.executed("new", RAN)
        (tmp_path / "torn.part").write_text("{")
        journal.sweep()
    assert [path.name for path in tmp_path.glob("*.json")] == ["new.json"]
    assert not list(tmp_path.glob("*.part"))


def test_two_journals_of_one_chapter_exclude_each_other(tmp_path):
    with Journal(tmp_path), pytest.raises(Busy, match="grading this chapter already"):
        Journal(tmp_path)
    Journal(tmp_path).close()


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4)))
def test_keys_of_different_parts_differ(one, other):
    assert (key_of(*one) == key_of(*other)) == (one == other)


def test_resuming_uses_what_was_executed_and_a_plain_run_does_not(class_folder):
    class Unplugged(Exception):
        pass

    def unplug(tally):
        if tally.done == 1:
            raise Unplugged

    def run(**settings):
        (class_folder / "begun").unlink(missing_ok=True)
        grade(
            class_folder,
            TINY,
            pool=HerePool(class_folder / "begun", jobs=1),
            **settings,
        )

    with pytest.raises(Unplugged):
        run(progress=unplug)
    folder = class_folder / ".ppdl" / "grading" / TINY
    with Journal(folder) as journal:
        (first,) = journal.entries
        journal.executed(journal.entries[first].key, RAN)  # as if it was not saved
    run(resume=True, progress=lambda tally: None)
    assert first not in (class_folder / "begun").read_text().split()
    assert scores(class_folder) | {first: EXPECTED[first]} == EXPECTED


def begun_by(path):
    return Counter(path.read_text().split()) if path.exists() else Counter()


def journalled(course):
    """The students with a whole line in the journal, read without opening it."""
    path = course / ".ppdl" / "grading" / TINY / "journal.jsonl"
    text = path.read_text() if path.exists() else ""
    return {json.loads(x)["student"] for x in text.split("\n")[:-1] if x}


@pytest.mark.skipif(os.name == "nt", reason="kills a group of processes as Unix does")
def test_killed_at_any_moment_it_resumes_to_the_same_scores(class_folder):
    for student in CLASS:  # twice as many, so that there is time to be killed in
        there = class_folder / "submitted" / student
        shutil.copytree(there, there.with_name(f"{student}2"))
    everybody = {name + more for name in CLASS for more in ("", "2")}
    begun = class_folder / "begun"
    moments = random.Random(7)
    with subprocess.Popen(
        [sys.executable, str(HERE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as grading:

        def start():
            print(class_folder, file=grading.stdin, flush=True)
            return int(grading.stdout.readline())

        kept, before, unfinished = set(), Counter(), 0
        for attempt in range(8):
            group = start()
            until = time.monotonic() + 2  # or there is nothing left to execute
            while begun_by(begun) == before and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(moments.uniform(0, 0.6))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            assert grading.stdout.readline() == "gone\n"
            again = begun_by(begun) - before
            assert not kept & set(again), f"attempt {attempt}: {again}"
            before, kept = begun_by(begun), journalled(class_folder)
            unfinished += kept != everybody
        assert unfinished >= 3
        start()
        assert grading.stdout.readline() == "gone\n"
    assert not kept & set(begun_by(begun) - before)
    assert scores(class_folder) == {name: EXPECTED[name[:3]] for name in everybody}
    assert not list((class_folder / ".ppdl" / "grading" / TINY).glob("*.json"))
    report = grade(class_folder, TINY, pool=HerePool(begun))
    assert set(report.skipped) == everybody  # nothing is left to do
