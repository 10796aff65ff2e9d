"""Where the course and its files lie, and settings that several folders read."""

import os
from datetime import datetime
from pathlib import Path

COURSE_MAP = "notebooks/00_course_map.ipynb"
# What an exported or printed page shows of an output: a widget needs a kernel, so its
# static table of pictures comes first.
EXPORT_PRIORITY = (
    *("text/html", "image/svg+xml", "image/png", "image/jpeg"),
    *("text/markdown", "text/latex", "text/plain"),
)


def course_root() -> Path:
    """Return the folder that holds ``notebooks/``: the present folder, or the checkout.

    The present folder may also be a cohort's, which has the settings of nbgrader and
    not the package.

    Raises:
        FileNotFoundError: If neither is a course.
    """
    candidates = [Path.cwd(), Path(__file__).resolve().parents[2]]
    for folder in candidates:
        ours = (folder / "ppdl_course").is_dir()
        if (folder / "notebooks").is_dir() and (
            ours or (folder / "nbgrader_config.py").is_file()
        ):
            return folder
    looked = " or ".join(str(folder) for folder in candidates)
    raise FileNotFoundError(f"no course in {looked}: run ppdl in the course's folder")


def is_root_user() -> bool:
    """Tell whether this process runs as the administrator of a Unix machine."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


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
