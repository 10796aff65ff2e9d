"""Find the submissions of a chapter, and what tells one state of them from another."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from nbgrader.utils import parse_utc

from ppdl_course.classroom.gradebook.writer import GradebookWriter
from ppdl_course.classroom.submission.clean import Unreadable

TIME = "timestamp.txt"  # nbgrader's: when it was handed in


def folders_of(writer: GradebookWriter, student: str | None) -> dict[str, Path]:
    """Return the folder of each submission by student, in order.

    Args:
        writer: The chapter's part of the gradebook.
        student: This one's alone; None for all.

    Raises:
        ValueError: If there are none.
    """
    top = writer.root / writer.course.folder.submitted_directory
    folders = {
        path.parent.name: path
        for path in sorted(top.glob(f"*/{writer.chapter}"))
        if path.is_dir() and not path.parent.name.startswith(".")
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


def contents(folder: Path) -> Iterator[bytes | str]:
    """Yield the names of a submission's files and hashes of what they hold.

    Raises:
        OSError: If a file cannot be read.
        Unreadable: If the time at which it was handed in is none.
    """
    for inner, folders, names in os.walk(folder):  # does not follow links
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


def _require_time(path: Path, plain: bool) -> None:
    if not plain:
        raise Unreadable(f"{TIME} is not an ordinary file")
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(100).strip()
    try:
        parse_utc(text)
    except (ValueError, OverflowError):
        example = "2026-01-31 12:00:00 UTC"
        raise Unreadable(f"{TIME} must be like {example!r}, got {text!r}") from None
