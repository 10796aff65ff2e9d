"""Make ``.venv`` with everything the course needs: ``python install.py``.

Runs before anything is installed, so it uses the standard library only and syntax that
an old Python can still read far enough to be told that it is too old.

A ``.venv`` is trusted only if it holds the stamp that the last step writes. While an
install runs, ``.venv`` holds a marker instead: the next run clears such a half-made one
away. A ``.venv`` with neither was made by somebody else and is never touched.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)
NEEDED_BYTES = 4 * 10**9  # 2 GB installed, the rest for downloads and torch's unpacking
CUDA_BYTES = 8 * 10**9  # 5.9 GB installed on Python 3.13 without the CPU index
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
FINISHED, UNFINISHED = "ppdl-installed.json", "ppdl-unfinished"
ROOT = Path(__file__).resolve().parents[3]


class CannotInstall(Exception):
    """What is missing, and the remedy, in one line."""


def check_python(version=sys.version_info):
    """Refuse a Python that the course's libraries do not run on."""
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        raise CannotInstall(
            f"Python 3.11 to 3.14 is needed, this is {version[0]}.{version[1]}: "
            "install one and name it, for instance `make PYTHON=python3.12 lab`"
        )


def check_disk(folder, needed=NEEDED_BYTES):
    """Refuse a disk on which the install would end half way."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotInstall(
            f"disk full: {needed / 1e9:.1f} GB are needed in {folder}, "
            f"{free / 1e9:.1f} GB are free"
        )


def has_nvidia_gpu():
    """Tell whether an NVIDIA driver is loaded here."""
    return Path("/proc/driver/nvidia").exists() or bool(shutil.which("nvidia-smi"))


def fingerprint(venv):
    """Return what the stamp must say for ``venv`` to be up to date."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return {"inputs": digest.hexdigest(), "path": str(venv)}


def read_stamp(venv):
    """Return the stamp of a finished install, or ``None``."""
    try:
        return json.loads((venv / FINISHED).read_text())
    except (OSError, ValueError):
        return None


def is_current(venv):
    """Tell whether ``venv`` is a finished, up-to-date install of ours.

    Raises:
        CannotInstall: If somebody else made it.
    """
    stamp, unfinished = read_stamp(venv), venv / UNFINISHED
    if unfinished.exists():
        refuse_if_running(unfinished.read_text())
        return False
    if stamp is None:
        if venv.exists() and any(venv.iterdir()):
            raise CannotInstall(f"{venv} was not made by this course: move it away")
        return False
    return all(stamp.get(key) == value for key, value in fingerprint(venv).items())


def refuse_if_running(pid):
    """Refuse to clear away the work of another install that is still at it."""
    if os.name != "posix" or not pid.isdigit():
        return
    try:
        os.kill(int(pid), 0)
    except OSError:
        return
    raise CannotInstall(f"another install is running (process {pid}): wait for it")


def begin(venv):
    """Mark ``venv`` as unfinished; keep what is there only if it can be brought up."""
    stamp = read_stamp(venv)
    moved = stamp is None or stamp["path"] != str(venv)
    if venv.exists() and (moved or (venv / UNFINISHED).exists()):
        try:
            shutil.rmtree(venv)
        except OSError as error:
            raise CannotInstall(f"{venv} is in use, delete it: {error}") from None
    if not venv.exists():
        check_disk(venv.parent)
        venv.mkdir()
    (venv / UNFINISHED).write_text(str(os.getpid()))


def run(command, log, missing):
    """Run ``command`` quietly; on failure raise what is ``missing``, with the log."""
    start = log.stat().st_size
    with log.open("a", encoding="utf-8") as output:
        failed = subprocess.run(command, stdout=output, stderr=output).returncode
    if not failed:
        return
    text = log.read_bytes()[start:].decode(errors="replace")
    if "No space left on device" in text:
        missing = "disk full: no space was left while packages were unpacked"
    elif "NewConnectionError" in text or "Temporary failure in name" in text:
        missing = "no network: the package index could not be reached"
    raise CannotInstall(f"{missing} (log: {log})")


def install_torch(pip, log):
    """Install the pinned torch: the CPU build unless the GPU build was asked for."""
    lock = (ROOT / "requirements.lock").read_text()
    pin = next(line for line in lock.splitlines() if line.startswith("torch=="))
    wanted = pin.split()[0]
    choice = os.environ.get("PPDL_TORCH", "gpu" if has_nvidia_gpu() else "cpu")
    if choice not in ("cpu", "gpu"):
        raise CannotInstall(f"PPDL_TORCH must be cpu or gpu, got {choice!r}")
    if sys.platform.startswith("linux") and choice == "cpu":
        index = ["--index-url", CPU_INDEX, "--timeout", "5", "--retries", "0"]
        try:
            return run([*pip, "--no-deps", *index, wanted], log, "no CPU build there")
        except CannotInstall:
            check_disk(ROOT, CUDA_BYTES)
            print(
                f"{CPU_INDEX} cannot be reached: taking torch from the package index.\n"
                "It may bring 3.4 GB of CUDA libraries, 5.9 GB in all. Ctrl-C stops "
                "it; nothing is left behind.",
                flush=True,
            )
    return run([*pip, wanted], log, f"{wanted} could not be installed")


def fill(venv, log):
    """Create the environment and install the locked packages and the course."""
    if not (venv / "pyvenv.cfg").exists():
        remedy = "no venv module: on Debian and Ubuntu, `apt install python3-venv`"
        run([sys.executable, "-m", "venv", str(venv)], log, remedy)
    binary = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [str(binary), "-m", "pip", "install", "--no-input", "--quiet"]
    print("Installing the course into .venv (some minutes, once) ...", flush=True)
    install_torch(pip, log)
    lock = str(ROOT / "requirements.lock")
    run([*pip, "--no-deps", "-r", lock], log, "a package could not be installed")
    local = ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    run([*pip, *local], log, "the course itself could not be installed")


def install(venv):
    """Fill ``venv`` and stamp it; on failure nothing is left of a new one."""
    start = time.perf_counter()
    begin(venv)
    # A name of its own: on a shared machine another's log could not be written.
    file, name = tempfile.mkstemp(prefix="ppdl-install-", suffix=".log")
    os.close(file)
    log = Path(name)
    try:
        fill(venv, log)
    except BaseException:
        shutil.rmtree(venv, ignore_errors=True)
        raise
    size = sum(f.lstat().st_size for f in venv.rglob("*") if not f.is_dir())
    seconds = time.perf_counter() - start
    stamp = dict(fingerprint(venv), seconds=round(seconds), bytes=size)
    (venv / FINISHED).write_text(json.dumps(stamp, indent=1) + "\n")
    (venv / UNFINISHED).unlink()
    log.unlink()
    print(f"Installed {size / 1e9:.1f} GB in {seconds:.0f} s.")


def main():
    """Install if needed; one line on the error stream if something is missing."""
    try:
        check_python()
        if not is_current(ROOT / ".venv"):
            install(ROOT / ".venv")
    except CannotInstall as missing:
        sys.exit(f"ppdl: {missing}")


if __name__ == "__main__":
    main()
