"""Collect from nbgrader's exchange only what each student really handed in.

A student hands in by writing a folder ``STUDENT+CHAPTER+TIME+RANDOM`` into the inbound
folder of the exchange. Its name and what is in it are the student's to choose, and
nbgrader believes both: it only warns of a folder in somebody else's name, takes the
time that is written there, and follows links, so that a link to the instructor's
solution is collected, graded and given full marks. Here the file system's word counts:

- **who**: the owner of the folder and of each file in it, who must be the one named;
- **when**: the last change of any of them, if that is later than the time they state;
- **what**: plain files. Links are not followed; what is no plain file is left out.

One folder that cannot be collected is reported and never stops the others. Not covered:
a student who fills the disk (set a quota).
"""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect

from ppdl_course.classroom.terminal import printable

# How long copying a submission may take before the time stated in it is doubted.
TOLERANCE = timedelta(minutes=1)
STAMP = "timestamp.txt"


class CheckedCollect(ExchangeCollect):
    """``nbgrader collect`` for an exchange that students can write in."""

    def init_src(self) -> None:
        """Choose each student's newest submission among those that hold."""
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"]]

    def _path_to_record(self, path: str) -> dict:
        """Read a folder's name, and correct it by what the file system says.

        A refused one has an empty ``username``: it then takes nobody's place.
        """
        folder = Path(path)
        try:
            record = super()._path_to_record(path)
            changed = self._examine(folder, record["username"])
        except (OSError, ValueError, OverflowError, ExchangeError) as error:
            self.log.error("Not collected: %s", printable(f"{folder.name}: {error}"))
            return {"username": "", "filename": folder.name, "timestamp": datetime.min}
        if changed > record["timestamp"] + TOLERANCE:
            at = f"{changed:%Y-%m-%d %H:%M:%S}"
            name = printable(folder.name)
            self.log.warning("%s was changed at %s UTC, and counts", name, at)
            record["timestamp"] = changed
        return record

    def _examine(self, folder: Path, student: str) -> datetime:
        """Return when a submission was last changed (UTC, without a time zone).

        Raises:
            ValueError: If it is not the student's, too large, or holds no notebook.
        """
        info = folder.lstat()
        owner = _user(info.st_uid)
        if owner != student:
            raise ValueError(f"it names {student!r} but belongs to {owner!r}")
        size, notebooks, last = 0, 0, info.st_ctime
        for name, handle in self._own_files(folder, info.st_uid):
            file = os.fstat(handle)
            size, last = size + file.st_size, max(last, file.st_ctime)
            notebooks += name.endswith(".ipynb")
        limit = 1000 * self.coursedir.max_dir_size
        if size > limit:
            raise ValueError(f"{size} bytes, at most {limit} are taken")
        if not notebooks:
            raise ValueError(f"it holds no notebook that is a plain file of {owner!r}")
        return datetime.fromtimestamp(last, UTC).replace(tzinfo=None)

    def _own_files(self, folder: Path, owner: int) -> Iterator[tuple[str, int]]:
        """Yield path and open descriptor of each plain file of that owner.

        Folders are entered and files opened by descriptor, without following links: a
        student who swaps one for a link in between gains nothing.
        """
        for here, folders, names, inside in os.fwalk(folder):
            folders[:] = [name for name in folders if not self._ignored(name)]
            for name in names:
                if self._ignored(name):
                    continue
                try:
                    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
                    handle = os.open(name, flags, dir_fd=inside)
                except OSError as error:  # a link, or not readable
                    what = printable(f"{here}/{name}: {error.strerror}")
                    self.log.warning("Left out: %s", what)
                    continue
                try:
                    info = os.fstat(handle)
                    if stat.S_ISREG(info.st_mode) and info.st_uid == owner:
                        yield os.path.relpath(os.path.join(here, name), folder), handle
                    else:
                        what = printable(f"{here}/{name}")
                        self.log.warning("Left out: %s: not theirs", what)
                finally:
                    os.close(handle)

    def _ignored(self, name: str) -> bool:
        return any(fnmatch(name, pattern) for pattern in self.coursedir.ignore)

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy what :meth:`_examine` saw, and write the time that counts beside it."""
        folder = Path(src)
        record = next(r for r in self.src_records if r["filename"] == folder.name)
        Path(dest).mkdir(parents=True)
        for name, handle in self._own_files(folder, folder.lstat().st_uid):
            target = Path(dest, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(handle, "rb", closefd=False) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
        time = f"{record['timestamp']:%Y-%m-%d %H:%M:%S.%f} UTC"
        Path(dest, STAMP).write_text(time, encoding="ascii")


def _user(uid: int) -> str:
    import pwd  # not on Windows, where nbgrader has no exchange either

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
