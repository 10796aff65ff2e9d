"""Find and read the notebooks that a student handed in, under whatever name.

A zip archive, another encoding, a byte order mark, a notebook called ``.txt``: read. A
web page, an empty file, a link to somebody else's file: refused, and said what it is.
Files are only ever read, and nothing of an archive is written anywhere.
"""

import io
import os
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from nbformat import NotebookNode

from ppdl_course.classroom.submission.plain import Unreadable, read_text

MAX_BYTES = 100_000_000
"""The largest file that is read; also of what a zip archive holds."""
MAX_FILES = 1_000

_OTHER = (".json", ".py", ".txt", ".zip", "")  # what a notebook may have been called
_NOT_A_NOTEBOOK = {
    rb"%PDF": "a PDF",
    rb"\s*<[!a-zA-Z?]": "a web page, saved from the browser instead of downloaded",
    rb"\x89PNG|\xff\xd8": "a picture",
}


@dataclass
class HandedIn:
    """One notebook that was handed in.

    Attributes:
        name: Of its file, within the folder or archive.
        notebook: Its cells; their metadata is what the file claims.
        findings: What was odd about the file, and what was made of it.
    """

    name: str
    notebook: NotebookNode
    findings: list[str] = field(default_factory=list)


def read_all(path: Path) -> dict[str, HandedIn | Unreadable]:
    """Read each notebook that a submission holds.

    Args:
        path: Its file, or its folder.

    Returns:
        By file name: the notebook, or why it cannot be read. Files of other kinds are
        looked at only where there is no ``.ipynb``.

    Raises:
        Unreadable: If there is nothing that could be a notebook.
    """
    files = _files(path)
    notebooks: dict[str, HandedIn | Unreadable] = {}
    for endings in ((".ipynb",), _OTHER):
        for name, file in files.items():
            if PurePath(name).suffix.lower() in endings:
                try:
                    notebooks |= _read_file(name, file)
                except Unreadable as problem:
                    notebooks[name] = problem
        if notebooks:
            return notebooks
    held = ", ".join(files) or "nothing"
    raise Unreadable(f"no notebook was handed in; the folder holds {held[:300]}")


def _files(path: Path) -> dict[str, Path]:
    """Return the files of a submission, without those that programs left there."""
    if not path.is_dir():
        return {path.name: path}
    files: dict[str, Path] = {}
    for folder, folders, names in os.walk(path):  # does not follow links
        folders[:] = sorted(name for name in folders if not _is_litter(name))
        for name in sorted(names):
            if not _is_litter(name):
                file = Path(folder, name)
                files[file.relative_to(path).as_posix()] = file
        if len(files) > MAX_FILES:
            raise Unreadable(f"more than {MAX_FILES} files were handed in")
    return files


def _is_litter(name: str) -> bool:
    return name != ".." and name.startswith((".", "__MACOSX", "__pycache__"))


def _read_file(name: str, path: Path) -> dict[str, HandedIn | Unreadable]:
    # A link could lead to anything that the grader may read; a pipe has no end.
    if path.is_symlink() or not path.is_file():
        what = "is not an ordinary file" if path.exists() else "does not exist"
        raise Unreadable(f"{name} {what}")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Unreadable(f"{name} has {size:,} bytes; at most {MAX_BYTES:,} are read")
    data = path.read_bytes()
    return _read_zip(name, data) if data[:4] == b"PK\3\4" else {name: read(name, data)}


def _read_zip(name: str, data: bytes) -> dict[str, HandedIn | Unreadable]:
    """Read the notebooks in an archive; none of it is written anywhere."""
    notebooks: dict[str, HandedIn | Unreadable] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [
                entry
                for entry in archive.infolist()
                if not any(map(_is_litter, PurePath(entry.filename).parts))
            ]
            inside = [e for e in entries if e.filename.lower().endswith(".ipynb")]
            if sum(entry.file_size for entry in inside) > MAX_BYTES:
                raise Unreadable(f"{name} unpacks to more than {MAX_BYTES:,} bytes")
            for entry in inside:
                with archive.open(entry) as file:
                    text = file.read(MAX_BYTES + 1)
                inner = f"{name}/{entry.filename}"
                try:
                    notebooks[inner] = one = read(inner, text)
                    one.findings.insert(0, f"{inner} was handed in as an archive")
                except Unreadable as problem:
                    notebooks[inner] = problem
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise Unreadable(f"{name} is a damaged archive: {error}") from None
    if not notebooks:
        held = ", ".join(entry.filename for entry in entries)[:300] or "nothing"
        raise Unreadable(f"{name} is an archive without a notebook; it holds {held}")
    return notebooks


def read(name: str, data: bytes) -> HandedIn:
    """Read one notebook from the bytes of its file.

    Raises:
        Unreadable: With the file, the line and the cell, as far as they can be told.
    """
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable(f"{name} is empty ({len(data)} bytes)")
    for start, what in _NOT_A_NOTEBOOK.items():
        if re.match(start, data):
            raise Unreadable(f"{name} is {what}: ask for the .ipynb file")
    findings: list[str] = []
    text = _decode(name, data, findings)
    return HandedIn(name, read_text(name, text, findings), findings)


def _decode(name: str, data: bytes, findings: list[str]) -> str:
    encodings = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16"}
    encodings[b"\xfe\xff"] = "utf-16"
    for mark, encoding in encodings.items():
        if data.startswith(mark):
            findings.append(f"{name} begins with a byte order mark ({encoding})")
            break
    else:
        encoding = "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        findings.append(f"{name} is not in UTF-8 (line {line}): read as Latin-1")
        return data.decode("latin-1")
