"""Give a student a fresh copy of a chapter without losing the old one.

The fresh copy comes from ``notebooks/.pristine``, which the build writes and every
hand-out of ``notebooks`` carries along: no git, no network and no solutions needed.
"""

from pathlib import Path

from ppdl_course.classroom.course import keep_aside, pristine_path


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


def _find(chapter: str, root: Path) -> Path:
    every = sorted(pristine_path("x", root).parent.glob("*.ipynb"))
    for path in every:
        if chapter in (path.stem, path.stem.split("_")[0]):
            return path
    known = ", ".join(path.stem for path in every) or "none"
    raise ValueError(f"there is no chapter {chapter!r} to reset; there are: {known}")
