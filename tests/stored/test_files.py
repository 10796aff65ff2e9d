"""Every stored file has the maker that writes it, and one command runs them all."""

import ast
import subprocess
import sys

import numpy as np
import pytest
from torch import nn

from ppdl_course.stored import files
from ppdl_course.stored.__main__ import NAMES, main, module

STORED = [path.name for path in files.FOLDER.iterdir() if path.suffix != ".py"]
STORED = sorted(set(STORED) - {"__pycache__"})


def test_every_stored_file_has_one_maker():
    made = [name for maker in NAMES for name in module(maker).FILES]
    assert sorted(made) == STORED


def test_every_module_with_a_maker_is_run_by_the_command():
    makers = set()
    for path in files.FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if "make" in names:
            makers.add(path.stem)
            readers = [name for name in names if name.startswith("load_")]
            assert readers, f"{path.name} makes what nobody reads"
    assert makers == set(NAMES)


def test_the_list_names_every_file():
    command = [sys.executable, "-m", "ppdl_course.stored", "--list"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert [line.split(":")[0] for line in listed.splitlines()] == list(NAMES)
    assert all(name in listed for name in STORED)


def test_makers_run_in_turn_and_say_how_long_they_took(monkeypatch, capsys):
    commands = []
    monkeypatch.setattr(subprocess, "run", lambda c, check: commands.append(c[-1]))
    main(["polynomial_cnn", "sgd_runs"])
    modules = ["ppdl_course.stored.sgd_runs", "ppdl_course.stored.polynomial_cnn"]
    assert commands == modules
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "sgd_runs: sgd_runs.json in 0 s"
    assert len(said) == 2


def test_another_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["training"])
    assert "got 'training'" in capsys.readouterr().err


@pytest.mark.parametrize("name", [n for n in STORED if n.endswith(".json")])
def test_json_is_stored_as_the_writer_writes_it(name):
    text = (files.FOLDER / name).read_text(encoding="utf-8")
    assert files.as_text(files.read_json(name)) == text


def test_weights_come_back_in_half_precision(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    network, other = nn.Linear(3, 2), nn.Linear(3, 2)
    files.write_arrays("w.npz", files.weights_of(network, "a."))
    files.read_weights(other, "w.npz", "a.")
    for one, two in zip(network.parameters(), other.parameters(), strict=True):
        half = one.detach().numpy().astype(np.float16)
        np.testing.assert_array_equal(two.detach().numpy(), half.astype(np.float32))
