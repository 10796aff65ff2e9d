"""Run a peer's script by the interpreter that an environment variable names."""

import json
import os
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent


def peer_seconds(name: str) -> dict[str, float] | None:
    """Return a peer's seconds for each step; None without its interpreter.

    Raises:
        RuntimeError: If the interpreter is named but the peer does not run there.
    """
    variable = f"PPDL_{name.upper()}_PYTHON"
    python = os.environ.get(variable)
    if not python:
        return None
    environment = os.environ | {
        f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")
    }
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [python, str(FOLDER / f"{name}_step.py")],
        capture_output=True,
        text=True,
        timeout=900,
        env=environment,
        check=False,
    )
    if done.returncode:
        end = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise RuntimeError(f"{variable} must run {name}, it said: {end[0]}")
    return json.loads(done.stdout.strip().splitlines()[-1])
