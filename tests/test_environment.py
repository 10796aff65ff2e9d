"""The ways to install agree: pyproject, lock, environment.yml; and stay light."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def locked():
    pins = (line.split("#")[0] for line in LOCK.splitlines() if "==" in line)
    requirements = [Requirement(pin) for pin in pins if not pin.startswith(" ")]
    return {requirement.name.lower(): requirement for requirement in requirements}


def test_environment_lists_what_pyproject_lists():
    (listed,) = (d["pip"] for d in ENVIRONMENT["dependencies"] if isinstance(d, dict))
    wanted = PROJECT["dependencies"] + EXTRAS["grading"]
    assert [line for line in listed if not line.startswith("-")] == wanted
    assert listed[-1] == "-e ."


def test_environment_asks_for_a_python_that_the_package_allows():
    (python,) = (d for d in ENVIRONMENT["dependencies"] if str(d).startswith("python="))
    version = python.partition("=")[2]
    assert version in Requirement(f"python{PROJECT['requires-python']}").specifier
    assert ENVIRONMENT["channels"] == ["conda-forge"]


@pytest.mark.parametrize(
    "text", PROJECT["dependencies"] + EXTRAS["dev"] + EXTRAS["docs"]
)
def test_lock_pins_each_dependency_within_its_range(text):
    wanted = Requirement(text)
    if wanted.name == PROJECT["name"]:
        return
    pins = [
        Requirement(line.split("#")[0])
        for line in LOCK.splitlines()
        if re.match(rf"{re.escape(wanted.name)}==", line, re.IGNORECASE)
    ]
    assert pins, f"{wanted.name} is not in the lock"
    for pin in pins:
        (version,) = (s.version for s in pin.specifier)
        assert version in wanted.specifier


def test_lock_brings_no_gpu_libraries():
    heavy = ("nvidia", "cuda", "triton")
    assert not [name for name in locked() if name.startswith(heavy)]
    assert str(locked()["torch"].specifier) == "==2.13.0"


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, time; start = time.perf_counter(); import ppdl_course; "
        "print(time.perf_counter() - start < 0.2, "
        "{'torch', 'tenseal', 'opacus', 'numpy', 'matplotlib'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "True set()"
