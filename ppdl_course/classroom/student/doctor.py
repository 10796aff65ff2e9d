"""``ppdl doctor``: does everything that the course needs really work here?

Nothing is trusted for being installed: each library does a small piece of the work the
chapters give it. Each failure comes with its remedy.
"""

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

REINSTALL = "delete the folder .venv and run `make lab` again"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report."""

    name: str
    ok: bool
    says: str
    remedy: str = ""
    optional: bool = False


def examine(root: Path) -> Iterator[Finding]:
    """Yield a finding for each thing the course relies on, in order of need."""
    yield _examined("Python", _python, "install Python 3.11 to 3.14")
    yield _examined("packages", lambda: _packages(root), REINSTALL)
    yield _examined("phe", _phe, REINSTALL)
    yield _examined("integers", _integers, "set PPDL_INTEGERS=python, or unset it")
    yield _examined("TenSEAL", _tenseal, REINSTALL)
    yield _examined("Opacus", _opacus, REINSTALL)
    yield _examined("widgets", _widgets, REINSTALL)
    yield _examined("cores", _cores, "close other programs: chapters slow down")
    yield _examined("memory", _memory, "close other programs, or use a larger machine")
    yield _examined(
        "optional data",
        _data,
        "set PPDL_DATA to a folder with mnist/ and bristol/",
        True,
    )
    yield _examined(
        "Chromium",
        _chromium,
        "install chromium (only the browser tests need it)",
        True,
    )
    yield _sandbox()


def _examined(
    name: str, probe: Callable[[], str], remedy: str, optional: bool = False
) -> Finding:
    try:
        return Finding(name, True, probe(), optional=optional)
    except Exception as error:  # whatever is broken is a finding, not a crash
        says = f"{type(error).__name__}: {error}"
        return Finding(name, False, says, remedy, optional)


def _require(condition: bool, complaint: str) -> None:
    if not condition:
        raise RuntimeError(complaint)


def _python() -> str:
    version = sys.version.split()[0]
    _require((3, 11) <= sys.version_info[:2] <= (3, 14), f"this is Python {version}")
    return version


def locked_versions(lock: str) -> dict[str, set[str]]:
    """Return the versions that ``lock`` allows, by package (several by marker)."""
    versions: dict[str, set[str]] = {}
    for line in lock.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            name, version = line.split(";")[0].split("==")
            versions.setdefault(name.strip(), set()).add(version.strip())
    return versions


def _packages(root: Path) -> str:
    locked = locked_versions((root / "requirements.lock").read_text())
    named = ("numpy", "torch", "tenseal", "opacus", "phe", "jupyterlab", "ipywidgets")
    installed = {name: importlib.metadata.version(name) for name in named}
    wrong = [
        f"{name} {version} (locked: {' or '.join(sorted(locked[name]))})"
        for name, version in installed.items()
        if version.split("+")[0] not in locked[name]  # torch 2.13.0+cpu is 2.13.0
    ]
    _require(not wrong, "not the locked version: " + ", ".join(wrong))
    return ", ".join(f"{name} {version}" for name, version in installed.items())


def _phe() -> str:
    from phe import paillier

    public, private = paillier.generate_paillier_keypair(n_length=1024)
    total = private.decrypt(public.encrypt(17) + public.encrypt(25.5))
    _require(total == 42.5, f"17 + 25.5 came back as {total}")
    return "added 17 and 25.5 under Paillier encryption"


def _integers() -> str:
    wanted = os.environ.get("PPDL_INTEGERS") or "gmpy2 if installed"
    _require(
        wanted in ("python", "gmpy2", "gmpy2 if installed"),
        f"PPDL_INTEGERS must be python or gmpy2, got {wanted!r}",
    )
    slow = "Python's integers compute long powers, some eight times slower than gmpy2"
    if wanted == "python":
        return slow
    try:
        import gmpy2
    except ImportError:
        _require(wanted != "gmpy2", "PPDL_INTEGERS is gmpy2, which is not installed")
        return slow
    prime = 2**2203 - 1  # by Fermat the power is 1
    _require(gmpy2.powmod(3, prime - 1, prime) == 1, "gmpy2 computed a wrong power")
    return f"gmpy2 {gmpy2.version()} computes long powers"


def _tenseal() -> str:
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    context.global_scale = 2**40
    square = ts.ckks_vector(context, [3.0]).square().decrypt()[0]
    _require(abs(square - 9) < 1e-3, f"3 squared came back as {square}")
    return "squared 3 under CKKS encryption"


def _opacus() -> str:
    """Take one private step of a tiny model: engine, optimizer and accountant."""
    import warnings

    import torch
    from opacus import PrivacyEngine

    records = torch.utils.data.TensorDataset(torch.ones(8, 3), torch.ones(8, 1))
    loader = torch.utils.data.DataLoader(records, batch_size=4)
    model = torch.nn.Linear(3, 1)
    before = model.weight.detach().clone()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Opacus speaks of secure random numbers
        engine = PrivacyEngine()
        private, optimizer, _ = engine.make_private(
            module=model,
            optimizer=torch.optim.SGD(model.parameters(), lr=0.1),
            data_loader=loader,
            noise_multiplier=1.0,
            max_grad_norm=1.0,
        )
        private(torch.ones(4, 3)).sum().backward()
        optimizer.step()
        epsilon = engine.get_epsilon(delta=1e-5)
    _require(bool((model.weight != before).any()), "a private step moved no weight")
    return f"took one private step (epsilon {epsilon:.2f})"


def _widgets() -> str:
    import ipywidgets

    from ppdl_course.figures.picture import Picture
    from ppdl_course.widgets.explorer import Explorer

    drawn = []

    def figure(n: int) -> Picture:
        drawn.append(n)
        return Picture(f"nothing, {n} times", figsize=(1, 1))

    slider = ipywidgets.IntSlider(1)
    Explorer(figure, {"n": slider}, caption="a test", states=[{"n": 1}])
    slider.value = 2
    _require(drawn == [1, 2], f"a slider moved from 1 to 2 drew {drawn}")
    share = Path(sys.prefix) / "share/jupyter/labextensions/@jupyter-widgets"
    extension = share / "jupyterlab-manager/package.json"
    _require(extension.exists(), f"JupyterLab's widget extension is not in {share}")
    return "a slider redraws its picture, and JupyterLab has the widget extension"


def _cores() -> str:
    cores = os.cpu_count() or 1
    _require(cores >= 2, f"{cores} core; the course is measured on two")
    return f"{cores}"


def _memory() -> str:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return "not known on this system (4 GB are enough)"
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    _require(total >= 4, f"{total:.1f} GB; 4 GB are needed")
    return f"{total:.1f} GB"


def _data() -> str:
    folder = os.environ.get("PPDL_DATA")
    _require(bool(folder), "PPDL_DATA is not set: chapters use the embedded data")
    data_sets = [
        name for name in ("mnist", "bristol") if (Path(folder) / name).is_dir()
    ]
    _require(bool(data_sets), f"PPDL_DATA={folder} holds neither mnist/ nor bristol/")
    return f"{folder}: {', '.join(data_sets)}"


def _chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    _require(path is not None, "no chromium on the PATH")
    return path


def _sandbox() -> Finding:
    from ppdl_course.classroom.kernels.bubblewrap import sandbox_available

    reason = sandbox_available()
    if reason:
        says, remedy = reason.split(": ", 1)
        says += " (only who grades submissions needs it)"
        return Finding("sandbox", False, says, remedy, optional=True)
    from ppdl_course.classroom.kernels.accounting.cgroups import place

    says = "bubblewrap shuts a kernel off from files, network and other processes; "
    above, why = place()
    if above is None:
        says += f"the limit of memory is looked after by the grader alone ({why})"
    else:
        says += f"each has a memory cgroup in {above}"
    return Finding("sandbox", True, says, optional=True)
