"""The doctor finds what works, and what does not, with its remedy."""

import sys
from pathlib import Path

import pytest

from ppdl_course.classroom.kernels import bubblewrap
from ppdl_course.classroom.student import doctor

ROOT = Path(__file__).resolve().parents[3]


def by_name(root=ROOT):
    return {finding.name: finding for finding in doctor.examine(root)}


def test_this_machine_is_found_healthy_and_everything_was_tried():
    found = by_name()
    assert not [f for f in found.values() if not (f.ok or f.optional)]
    assert found["phe"].says == "added 17 and 25.5 under Paillier encryption"
    assert "squared 3" in found["TenSEAL"].says
    assert "epsilon" in found["Opacus"].says
    assert "slider" in found["widgets"].says
    if found["sandbox"].ok:
        assert "memory" in found["sandbox"].says


@pytest.mark.parametrize("module", ["phe", "tenseal", "opacus", "ipywidgets"])
def test_a_missing_library_is_a_finding_with_a_remedy(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)  # importing it now fails
    broken = [f for f in doctor.examine(ROOT) if not f.ok and not f.optional]
    assert len(broken) == 1
    assert module in broken[0].says
    assert broken[0].remedy == doctor.REINSTALL


def test_another_version_than_the_locked_one_is_named(tmp_path):
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    (tmp_path / "requirements.lock").write_text(lock.replace("phe==", "phe==0.0."))
    finding = by_name(tmp_path)["packages"]
    assert not finding.ok
    assert "phe" in finding.says
    assert "locked: 0.0." in finding.says


def test_a_version_may_depend_on_the_python():
    lock = "a==1 ; python_version < '3'\na==2 ; python_version >= '3'\n    # via\n"
    assert doctor.locked_versions(lock) == {"a": {"1", "2"}}


def test_a_missing_sandbox_is_optional_and_its_package_is_named(monkeypatch):
    bubblewrap.sandbox_available.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    finding = by_name()["sandbox"]
    bubblewrap.sandbox_available.cache_clear()
    assert (finding.ok, finding.optional) == (False, True)
    if sys.platform == "linux":
        assert "bubblewrap is not installed" in finding.says
        assert "sudo apt install bubblewrap" in finding.remedy
    else:
        assert "--unsafe" in finding.remedy


def test_optional_data_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PPDL_DATA", str(tmp_path))
    finding = by_name()["optional data"]
    assert (finding.ok, finding.optional) == (False, True)
    assert "holds neither" in finding.says


def test_the_doctor_says_which_integers_compute(monkeypatch):
    monkeypatch.delenv("PPDL_INTEGERS", raising=False)
    pytest.importorskip("gmpy2")
    assert by_name()["integers"].says.startswith("gmpy2 2")
    monkeypatch.setenv("PPDL_INTEGERS", "python")
    assert by_name()["integers"].says.startswith("Python's integers")


def test_without_gmpy2_integers_are_slow_and_well(monkeypatch):
    monkeypatch.delenv("PPDL_INTEGERS", raising=False)
    monkeypatch.setitem(sys.modules, "gmpy2", None)
    finding = by_name()["integers"]
    assert finding.ok
    assert "slower than gmpy2" in finding.says


@pytest.mark.parametrize("wanted", ["gmpy2", "abacus"])
def test_an_engine_of_integers_that_is_not_there_is_a_finding(wanted, monkeypatch):
    monkeypatch.setitem(sys.modules, "gmpy2", None)
    monkeypatch.setenv("PPDL_INTEGERS", wanted)
    finding = by_name()["integers"]
    assert not finding.ok
    assert wanted in finding.says
    assert "unset" in finding.remedy
