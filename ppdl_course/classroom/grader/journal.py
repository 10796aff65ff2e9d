"""What is done already, kept so that no crash loses it and nothing is graded twice.

One folder for each chapter, hidden in the course::

    .ppdl/grading/CHAPTER/journal.jsonl    one line for each thing done, only appended
    .ppdl/grading/CHAPTER/KEY.json         an executed submission, until it is saved
    .ppdl/grading/CHAPTER/lock             held while somebody grades the chapter

A submission is *executed* and then *saved* into the gradebook. Its result is on the
disk before its line is, and its line before anything else happens: whoever pulls the
plug at any moment finds each submission either recorded, or to be done (again). A line
that was cut off does not count. The key is a hash of all that a result depends on, so a
changed submission, exam or limit is another submission.
"""

import hashlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from ppdl_course.classroom.grader.job import Result
from ppdl_course.classroom.grader.workers import Stopped


class Busy(Stopped):
    """Somebody else is grading this chapter in this course folder."""


@dataclass(frozen=True)
class Entry:
    """What the journal says of a student's submission.

    Attributes:
        student: The student's id.
        key: What :func:`key_of` made of the submission.
        step: ``"executed"``, and then ``"saved"``.
        seconds: What executing it took.
        notices: What was found and tried, for the report.
        written: The hash of the file in ``autograded``, once saved.
    """

    student: str
    key: str
    step: str
    seconds: float
    notices: tuple[str, ...] = ()
    written: str = ""


def key_of(*parts: bytes | str) -> str:
    """Return one hash of several parts; no two different lists have the same.

    >>> key_of("ab", "c") == key_of("a", "bc")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        # A file's name need not be UTF-8; Python marks such bytes with surrogates.
        data = part.encode(errors="surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


class Journal:
    """One chapter's journal, open for writing; a context manager.

    Args:
        folder: Where it is kept; made if missing, readable by its owner alone.

    Raises:
        Busy: If another process has it open.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._lock = _locked(folder / "lock")
        path = folder / "journal.jsonl"
        self.entries: dict[str, Entry] = {}  # the last one of each student
        self._file = open(path, "ab")  # noqa: SIM115
        try:
            self._file.truncate(self._read(path))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files; the journal stays."""
        self._file.close()
        self._lock.close()

    def executed(self, key: str, result: Result) -> None:
        """Keep a result; on return it outlives a crash."""
        path = self._result(key)
        beside = path.with_suffix(".part")
        with open(beside, "w", encoding="utf-8") as file:
            json.dump(asdict(result), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        _sync_folder(self.folder)
        notices = tuple(result.notices)
        self._append(Entry(result.student, key, "executed", result.seconds, notices))

    def saved(self, key: str, result: Result, written: str) -> None:
        """Record that a result is in the gradebook; its own file is not needed now."""
        self._append(
            Entry(result.student, key, "saved", result.seconds, result.notices, written)
        )
        self._result(key).unlink(missing_ok=True)

    def result(self, student: str, key: str) -> Result | None:
        """Return the executed submission of that key, if it waits to be saved."""
        entry = self.entries.get(student)
        if entry is None or (entry.key, entry.step) != (key, "executed"):
            return None
        try:
            fields = json.loads(self._result(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # somebody tidied up: it is executed again
            return None
        return Result(**{**fields, "notices": tuple(fields["notices"])})

    def sweep(self) -> None:
        """Remove results that belong to no line, or to one that is saved."""
        waiting = {e.key for e in self.entries.values() if e.step == "executed"}
        for path in self.folder.glob("*.json"):
            if path.stem not in waiting:
                path.unlink()
        for path in self.folder.glob("*.part"):
            path.unlink()

    def _result(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _append(self, entry: Entry) -> None:
        self._file.write(json.dumps(asdict(entry)).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.entries[entry.student] = entry

    def _read(self, path: Path) -> int:
        """Read all lines; return how many bytes of the file are whole lines."""
        complete = 0
        for number, line in enumerate(path.read_bytes().splitlines(keepends=True), 1):
            if not line.endswith(b"\n"):
                break
            try:
                fields = json.loads(line)
                entry = Entry(**{**fields, "notices": tuple(fields["notices"])})
            except (ValueError, TypeError, KeyError):
                raise ValueError(
                    f"{path}, line {number} is damaged: delete the file, and every "
                    "submission is graded again"
                ) from None
            self.entries[entry.student] = entry
            complete += len(line)
        return complete


def _locked(path: Path) -> IO[bytes]:
    """Open a file that nobody else holds; the system lets go when this process ends."""
    file = open(path, "ab")  # noqa: SIM115
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise Busy(f"somebody is grading this chapter already ({path})") from None
    return file


def _sync_folder(folder: Path) -> None:
    """Make a renaming outlive a power cut, where folders can be synchronised."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
