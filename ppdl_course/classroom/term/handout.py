"""``ppdl handout``: the archive that students get, of which two commands make a course.

In it: the student's edition of each chapter, the course map, the package, the data, the
environment and the student's part of the README. Not in it: solutions, tests and their
bank of answers, instructors' documents, gradebook, submissions and git's folder. What
is not named here is not taken, so that a stray file cannot slip in.

Each file of the archive is then searched for the answers, and the same course gives the
same bytes on every machine: sorted, at a fixed time, not compressed (libraries compress
differently).
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ppdl_course.classroom.authoring import overview
from ppdl_course.classroom.authoring.build import build, editions, find_sources
from ppdl_course.classroom.authoring.leaks import Leak, leaks
from ppdl_course.classroom.course import COURSE_MAP, pristine_path

FOLDER = "ppdl-course"  # what the archive unpacks to
TARGETS = ("lab", "test", "install")  # of the Makefile
FILES = (
    *("LICENSE", "LICENSE-TEXT", "environment.yml", "pyproject.toml"),
    *("requirements.lock", "docs/glossary.md", "docs/notation.md"),
)
PACKAGE = (".css", ".j2", ".json", ".npz", ".py", ".toml")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip file can say

_FOR_INSTRUCTORS = re.compile(r"<!-- instructors -->\n.*?<!-- end -->\n", re.DOTALL)
_LINK = re.compile(r"\]\((?!\w+:|#)([^)#]+)")


class CannotHandOut(ValueError):
    """What stands against handing out, and what to do about it."""


@dataclass(frozen=True)
class Handout:
    """What was handed out: the files, and what their search found in the package."""

    files: dict[str, bytes]
    overlaps: tuple[Leak, ...]


def handout(root: Path, output: Path, cohort: str | None = None) -> Handout:
    """Write the students' archive.

    Args:
        root: The checkout.
        output: The archive to write.
        cohort: Whose numbers the exercises have; None for the published ones.

    Raises:
        CannotHandOut: If a built file is stale, if somebody has worked in
            ``notebooks``, if a file is missing, or if an answer were in the archive.
    """
    files = collect(root, cohort)
    overlaps = list(leaks(files, find_sources(None, root), cohort))
    if answers := [leak for leak in overlaps if not leak.in_package]:
        lines = "\n".join(
            f"{leak.file}: {leak.line} ({leak.where})" for leak in answers
        )
        raise CannotHandOut(f"answers would be handed out:\n{lines}")
    write(files, output)
    return Handout(files, tuple(overlaps))


def collect(root: Path, cohort: str | None = None) -> dict[str, bytes]:
    """Return the files of the archive by their place in the course's folder.

    Raises:
        CannotHandOut: As :func:`handout`, but for the answers.
    """
    refuse_unready(root)
    texts = {COURSE_MAP: overview.course_map(root)}
    for source in find_sources(None, root):
        name = source.stem
        edition = editions(source, root, cohort=cohort)[pristine_path(name, root)]
        texts[f"notebooks/{name}/{name}.ipynb"] = edition
        texts[f"notebooks/.pristine/{name}.ipynb"] = edition
    texts["README.md"] = student_readme(_read(root, "README.md"), root)
    texts["Makefile"] = student_makefile(_read(root, "Makefile"))
    texts |= {name: _read(root, name) for name in FILES}
    files = {name: text.encode() for name, text in texts.items()}
    for path in sorted((root / "ppdl_course").rglob("*")):
        if path.is_file() and path.suffix in PACKAGE:
            binary = path.suffix == ".npz"
            content = path.read_bytes()
            name = path.relative_to(root).as_posix()
            files[name] = content if binary else content.replace(b"\r\n", b"\n")
    for folder in ("data", "data/circuits"):
        files |= _described(root / folder, folder)
    for path in sorted((root / "docs/images").glob("*.png")):
        files[f"docs/images/{path.name}"] = path.read_bytes()
    readme = texts["README.md"]
    if broken := [link for link in _LINK.findall(readme) if link not in files]:
        raise CannotHandOut(f"README.md links to what students do not get: {broken}")
    return dict(sorted(files.items()))


def refuse_unready(root: Path) -> None:
    """Refuse a course whose built files are not what its sources say.

    Raises:
        CannotHandOut: Naming the files, and what to do.
    """
    if not find_sources(None, root):
        raise CannotHandOut(f"{root} has no text sources to make a handout from")
    stale = build(root=root, check=True)
    worked = [path for path in stale if path.parent.parent == root / "notebooks"]
    worked = [p for p in worked if pristine_path(p.stem, root) not in stale]
    if old := [path for path in stale if path not in worked]:
        names = ", ".join(path.relative_to(root).as_posix() for path in old[:3])
        more = f" and {len(old) - 3} more" if len(old) > 3 else ""
        raise CannotHandOut(f"stale: {names}{more}. Run `ppdl build`")
    if worked:
        names = ", ".join(path.relative_to(root).as_posix() for path in worked)
        raise CannotHandOut(
            f"somebody has worked in {names}. `ppdl reset CHAPTER` puts the fresh copy "
            "back and keeps the work beside it"
        )


def student_readme(readme: str, root: Path) -> str:
    """Return the README without what is for instructors, its tables up to date.

    Raises:
        CannotHandOut: If it no longer says what `make test` does.
    """
    everything = "then tests everything"
    if everything not in readme:
        raise CannotHandOut(f"README.md no longer says that `make test` {everything}")
    tables = overview.tables(root)
    readme = _FOR_INSTRUCTORS.sub("", overview.fill_tables(readme, tables, "README.md"))
    return readme.replace(everything, "then runs the examples in the package")


def student_makefile(makefile: str) -> str:
    """Return the Makefile with those targets alone that work without the tests."""
    kept = []
    for line in makefile.splitlines():
        target = re.match(r"(\w+):", line)
        if line.startswith(".PHONY"):
            line = f".PHONY: {' '.join(TARGETS)}"
        if target is None or target[1] in TARGETS:
            kept.append(line)
    return "\n".join(kept) + "\n"


def write(files: dict[str, bytes], output: Path) -> None:
    """Write a zip archive, the same bytes for the same files on every machine."""
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", EARLIEST)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, content)


def _read(root: Path, name: str) -> str:
    try:
        return (root / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CannotHandOut(f"{name} is missing in {root}") from None


def _described(folder: Path, name: str) -> dict[str, bytes]:
    """Return a folder's README and the files that it names; other files are strays."""
    readme = _read(folder, "README.md")
    paths = sorted(path for path in folder.iterdir() if f"`{path.name}`" in readme)
    files = {f"{name}/{path.name}": path.read_bytes() for path in paths}
    return files | {f"{name}/README.md": readme.encode()}
