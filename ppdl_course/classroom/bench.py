"""``ppdl bench``: run the files of ``benchmarks/``.

A benchmark file defines ``measure()``, which returns its figures by name. A figure is a
rate, a time or a ratio against a peer measured in the same run.
"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path


def run(folder: Path, name: str | None = None) -> Iterator[tuple[str, dict]]:
    """Yield ``(name, figures)`` for one benchmark, or for all in turn.

    Raises:
        ValueError: If there is no benchmark of that name.
    """
    names = sorted(path.stem for path in folder.glob("*.py"))
    if name is not None and name not in names:
        raise ValueError(f"no benchmark {name!r}: there are {', '.join(names)}")
    for stem in [name] if name else names:
        spec = importlib.util.spec_from_file_location(
            f"benchmark_{stem}", folder / f"{stem}.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield stem, module.measure()
