"""Give a student a fresh copy of a chapter without losing the old one.

The fresh copy comes from ``notebooks/.pristine``, which the build writes and every
hand-out of ``notebooks`` carries along: no git, no network and no solutions needed.
"""

import os
from datetime import datetime
from pathlib import Path


def reset(chapter: str, root: Path) -> Path | None:
    """Replace a chapter's notebook by a fresh copy.

    Args:
        chapter: Its name (``01_feedforward_backprop``) or number (``01``).
        root: The course folder.

    Returns:
        Where the student's own notebook is kept now, or None if there was none.

    Raises:
        ValueError: If there is no such chapter.
    """
    pristine = _find(chapter, root)
    name = pristine.stem
    notebook = root / "notebooks" / name / f"{name}.ipynb"
    fresh = pristine.read_bytes()  # read before anything is moved
    kept = keep_aside(notebook) if notebook.exists() else None
    notebook.parent.mkdir(parents=True, exist_ok=True)
    notebook.write_bytes(fresh)
    return kept


def pristine_path(chapter: str, root: Path) -> Path:
    """Return where the untouched student's edition of a chapter lies."""
    return root / "notebooks" / ".pristine" / f"{chapter}.ipynb"


def keep_aside(path: Path, now: datetime | None = None) -> Path:
    """Rename a file to ``NAME.before-reset-DATE-TIME.ipynb``; return its new path.

    An existing file is never overwritten: a second one in the same second gets a
    number.
    """
    stamp = f"{now or datetime.now():%Y%m%d-%H%M%S}"
    number = 1
    while True:
        suffix = stamp if number == 1 else f"{stamp}-{number}"
        kept = path.with_name(f"{path.stem}.before-reset-{suffix}{path.suffix}")
        try:
            # Claims the name: two processes cannot both get it, on any platform.
            os.close(os.open(kept, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            number += 1
            continue
        os.replace(path, kept)
        return kept


def _find(chapter: str, root: Path) -> Path:
    every = sorted(pristine_path("x", root).parent.glob("*.ipynb"))
    for path in every:
        if chapter in (path.stem, path.stem.split("_")[0]):
            return path
    known = ", ".join(path.stem for path in every) or "none"
    raise ValueError(f"there is no chapter {chapter!r} to reset; there are: {known}")
