"""Make every stored result again: ``python -m ppdl_course.stored [--list] [NAME ...]``.

Without names, all of them, which takes long: each module says how many seconds it took.
It has its own seeds and runs in a process of its own, so an order or a choice changes
nothing; another processor may change last digits, and with them a test case or two.
"""

import argparse
import importlib
import subprocess
import sys
import time
from collections.abc import Sequence
from types import ModuleType

NAMES = (
    "sgd_runs",
    "taggers_and_writers",
    "character_models",
    "gradient_reconstructions",
    "polynomial_cnn",
    "private_training",
    "private_models",
    "noised_statistics",
    "neighbouring_relations",
)
"""Modules with ``FILES``, what they write, and ``make``, which writes it."""


def module(name: str) -> ModuleType:
    """Return the module that makes and reads a stored result."""
    return importlib.import_module(f"ppdl_course.stored.{name}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the stored results that are named, or list them with their files."""
    parser = argparse.ArgumentParser(
        prog="python -m ppdl_course.stored", description="Make stored results again."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="all if none is given")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"NAME must be one of {', '.join(NAMES)}, got {min(unknown)!r}")
    for name in [n for n in NAMES if not options.names or n in options.names]:
        files = ", ".join(module(name).FILES)
        if options.list:
            print(f"{name}: {files}")
            continue
        begin = time.perf_counter()
        # some set torch's threads, which would change what the next one rounds
        command = [sys.executable, "-m", module(name).__name__]
        subprocess.run(command, check=True)
        print(f"{name}: {files} in {time.perf_counter() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
