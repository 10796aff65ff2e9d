"""``ppdl bench``: run the files of ``benchmarks/``.

A benchmark file defines ``measure()``, which returns its figures by name. A figure is a
rate, a time or a ratio against a peer measured in the same run. If ``measure`` takes
``baseline``, the peer may also be another commit of the course, checked out beside it.
"""

import importlib.util
import inspect
from collections.abc import Iterator
from pathlib import Path


def run(
    folder: Path, name: str | None = None, *, baseline: Path | None = None
) -> Iterator[tuple[str, dict]]:
    """Yield ``(name, figures)`` for one benchmark, or for all in turn.

    Args:
        folder: Where the benchmarks are.
        name: Which one to run, by default all.
        baseline: A checkout of the course to compare with.

    Raises:
        ValueError: If there is no benchmark of that name, if a baseline is given to one
            that has no use for it, or if it is no checkout of the course.
    """
    if baseline is not None and not (baseline / "ppdl_course" / "mpc").is_dir():
        raise ValueError(f"baseline must be a checkout of the course, got {baseline}")
    names = sorted(path.stem for path in folder.glob("*.py"))
    if name is not None and name not in names:
        raise ValueError(f"no benchmark {name!r}: there are {', '.join(names)}")
    for stem in [name] if name else names:
        spec = importlib.util.spec_from_file_location(
            f"benchmark_{stem}", folder / f"{stem}.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if baseline is None:
            yield stem, module.measure()
        elif "baseline" in inspect.signature(module.measure).parameters:
            yield stem, module.measure(baseline=baseline)
        else:
            raise ValueError(f"benchmark {stem!r} is not compared with a baseline")
