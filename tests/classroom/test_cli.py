"""The ppdl command, called as a user calls it."""

import json

import pytest
from typer.testing import CliRunner

from ppdl_course.classroom import bench, cli
from ppdl_course.classroom.course import COURSE_MAP
from ppdl_course.classroom.student import doctor, reset
from ppdl_course.classroom.student.lab import lab_command
from ppdl_course.systems import SYSTEMS


@pytest.fixture
def ppdl():
    return lambda *words: CliRunner().invoke(cli.app, words)


def test_help_names_every_subcommand(ppdl):
    text = ppdl("--help").output
    for name in ("lab", "doctor", "build", "reset", "grade", "bench", "systems"):
        assert name in text


def test_systems_as_json_gives_every_row_with_its_fields(ppdl):
    rows = json.loads(ppdl("systems", "--json").stdout)
    assert len(rows) == len(SYSTEMS)
    for row in rows:
        assert {"ref", "name", "chapter", "status", "test"} <= set(row)
        assert row["status"] in ("working", "planned")


def test_systems_as_a_table_has_a_line_for_each(ppdl):
    assert len(ppdl("systems").stdout.splitlines()) == len(SYSTEMS)


def test_an_unknown_chapter_is_named_in_one_line(ppdl):
    result = ppdl("build", "99")
    assert result.exit_code == 1
    assert result.stderr.startswith("ppdl: chapter '99' has no source")
    assert len(result.stderr.splitlines()) == 1


def test_an_unknown_benchmark_is_named_with_those_there_are(ppdl):
    result = ppdl("bench", "nonsense")
    assert result.exit_code == 1
    assert "no benchmark 'nonsense': there are" in result.stderr


def test_a_benchmark_is_run_and_its_figures_come_back_by_name(tmp_path):
    (tmp_path / "sums.py").write_text("def measure():\n    return {'ratio': 0.5}\n")
    assert list(bench.run(tmp_path)) == [("sums", {"ratio": 0.5})]
    assert list(bench.run(tmp_path, "sums")) == [("sums", {"ratio": 0.5})]


def test_a_baseline_reaches_the_benchmark_that_compares_with_it(tmp_path):
    checkout = tmp_path / "older"
    (checkout / "ppdl_course" / "mpc").mkdir(parents=True)
    compares = "def measure(*, baseline=None):\n    return {'peer': baseline.name}\n"
    (tmp_path / "compares.py").write_text(compares)
    (tmp_path / "sums.py").write_text("def measure():\n    return {'ratio': 0.5}\n")
    figures = bench.run(tmp_path, "compares", baseline=checkout)
    assert list(figures) == [("compares", {"peer": "older"})]
    with pytest.raises(ValueError, match="'sums' is not compared with a baseline"):
        list(bench.run(tmp_path, "sums", baseline=checkout))


def test_a_baseline_that_is_no_checkout_is_refused(ppdl, tmp_path):
    result = ppdl("bench", "garbling", "--baseline", str(tmp_path))
    assert result.exit_code == 1
    assert "baseline must be a checkout of the course, got" in result.stderr


def test_lab_serves_the_course_and_opens_the_map(tmp_path):
    command = lab_command(tmp_path, ["--no-browser"])
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert f"--LabApp.default_url=/lab/tree/{COURSE_MAP}" in command
    assert command[-1] == "--no-browser"


def findings(*given):
    return lambda root: iter(given)


def test_doctor_ends_well_when_only_optional_things_are_missing(ppdl, monkeypatch):
    optional = doctor.Finding("Chromium", False, "none", "install it", optional=True)
    monkeypatch.setattr(doctor, "examine", findings(optional))
    result = ppdl("doctor")
    assert (result.exit_code, "remedy: install it" in result.output) == (0, True)


def test_doctor_fails_when_something_needed_is_broken(ppdl, monkeypatch):
    broken = doctor.Finding("TenSEAL", False, "ImportError: x", "make lab again")
    monkeypatch.setattr(doctor, "examine", findings(broken))
    result = ppdl("doctor")
    assert result.exit_code == 1
    assert "✘ TenSEAL: ImportError: x" in result.output
    assert "remedy: make lab again" in result.output


def test_reset_says_where_the_old_copy_is_kept(ppdl, monkeypatch, tmp_path):
    for kept, says in ((tmp_path / "old", f"kept as {tmp_path / 'old'}"), (None, "")):
        monkeypatch.setattr(reset, "reset", lambda chapter, root, kept=kept: kept)
        output = ppdl("reset", "01").output
        assert "Fresh copy written." in output
        assert says in output.replace("\n", "")
        assert "None" not in output


def test_a_cohorts_course_is_built_and_compared_in_its_own_folder(ppdl, tmp_path):
    folder = ["--cohort", "autumn", "--output", str(tmp_path / "autumn")]
    assert ppdl("build", "01", *folder).exit_code == 0
    assert ppdl("build", "01", *folder, "--check").stdout == ""
    folder[1] = "spring"
    stale = ppdl("build", "01", *folder, "--check")
    assert stale.exit_code == 1
    assert stale.stdout.count("stale: ") == 3
    assert "run `ppdl build --cohort spring --output" in stale.stderr
    lonely = ppdl("build", "01", "--cohort", "autumn")
    assert lonely.exit_code == 1
    assert "give both --cohort NAME and --output FOLDER" in lonely.stderr
