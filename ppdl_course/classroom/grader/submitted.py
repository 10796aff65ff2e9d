"""Find the submissions of a chapter, and what tells one state of them from another."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from nbgrader.utils import parse_utc

from ppdl_course.classroom.gradebook.writer import GradebookWriter
from ppdl_course.classroom.submission.clean import Unreadable

TIME = "timestamp.txt"  # nbgrader's: when it was handed in
_MOST_TIME = 100  # characters


def folders_of(writer: GradebookWriter, student: str | None) -> dict[str, Path]:
    """Return the folder of each submission by student, in order.

    Args:
        writer: The chapter's part of the gradebook.
        student: This one's alone; None for all.

    Raises:
        ValueError: If there are none.
    """
    top = writer.root / writer.course.folder.submitted_directory
    # Not by glob, which passes over all that follows a folder it may not read.
    names = sorted(path.name for path in top.iterdir()) if top.is_dir() else []
    folders = {
        name: path
        for name in names
        if not name.startswith(".") and _is_there(path := top / name / writer.chapter)
    }
    if student is not None:
        if student not in folders:
            there = ", ".join(folders) or "nobody"
            raise ValueError(
                f"{student!r} has no folder {top / student / writer.chapter}; "
                f"handed in: {there}"
            )
        return {student: folders[student]}
    if not folders:
        raise ValueError(f"nothing to grade in {top}/STUDENT/{writer.chapter}")
    return folders


def require_own(student: str, folder: Path) -> None:
    """Refuse a folder that is not, or would not be graded as, this student's.

    Raises:
        Unreadable: Saying what is wrong with its name, or that it is a link.
    """
    if student != student.strip() or not student.isprintable():
        raise Unreadable(
            f"the folder's name {student!r} has spaces around it or signs that cannot "
            "be printed: nbgrader would take it for another student. Rename it"
        )
    for path in (folder.parent, folder):
        if path.is_symlink():  # to a neighbour's work, it may be
            raise Unreadable(f"{path} is a link: a submission is a folder of its own")
    if not folder.is_dir():
        raise Unreadable(f"{folder} is not a folder")


def contents(folder: Path) -> Iterator[bytes | str]:
    """Yield the names of a submission's files and hashes of what they hold.

    Raises:
        OSError: If a file cannot be read.
        Unreadable: If the time at which it was handed in is none.
    """
    for inner, folders, names in os.walk(folder, onerror=_refuse):  # follows no links
        folders.sort()
        for path in (Path(inner, name) for name in sorted(names)):
            yield path.relative_to(folder).as_posix()
            plain = path.is_file() and not path.is_symlink()
            if path == folder / TIME:
                _require_time(path, plain)
            if plain:
                with path.open("rb") as file:
                    yield hashlib.file_digest(file, "sha256").digest()


def code_of_checks() -> Iterator[bytes]:
    """Yield the course's own check functions, which decide as much as the exam does."""
    for path in sorted((Path(__file__).parents[2] / "checks").rglob("*.py")):
        yield path.read_bytes()


def _is_there(path: Path) -> bool:
    """Tell whether there is anything; what may not be looked at is there."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _refuse(error: OSError) -> None:
    raise error


def _require_time(path: Path, plain: bool) -> None:
    if not plain:
        raise Unreadable(f"{TIME} is not an ordinary file")
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(_MOST_TIME + 1)
    try:
        if len(text) > _MOST_TIME:  # nbgrader would read on
            raise ValueError
        parse_utc(text.strip())
    except Exception:  # whatever a parser of dates makes of foreign text
        example = "2026-01-31 12:00:00 UTC"
        got = text[:_MOST_TIME].strip()
        raise Unreadable(f"{TIME} must be like {example!r}, got {got!r}") from None
