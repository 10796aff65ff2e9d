"""Build the editions of a chapter from its text source.

::

    solutions/NN_topic.py                   the source, the only file edited by hand
    solutions/NN_topic/NN_topic.ipynb       the instructor's edition, nbgrader's source
    notebooks/NN_topic/NN_topic.ipynb       the student's edition
    notebooks/.pristine/NN_topic.ipynb      the same again, for ``ppdl reset``

The student's edition is made by nbgrader's own preprocessors, so it equals what
``nbgrader generate_assignment --force`` makes. Every build writes the same bytes on
every platform. Built files are overwritten; a student's edition in which somebody has
worked is first kept beside itself.

The source lies beside the assignment's folder because nbgrader publishes whatever
stands inside it, answers included.

A cohort's build, with its own numbers
(:mod:`ppdl_course.classroom.authoring.variants`), goes into a folder of its own, from
which it is handed out and in which it is graded. That folder gets the built files
above, the course map and ``nbgrader_config.py``, and no text source; the checkout stays
as it is.
"""

import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config, PyFileConfigLoader

from ppdl_course.classroom.authoring.marks import (
    ChapterError,
    check_promises,
    read_chapter,
)
from ppdl_course.classroom.authoring.variants import check_cohort
from ppdl_course.classroom.course import COURSE_MAP, keep_aside, pristine_path


def build(
    chapters: list[str] | None = None,
    *,
    root: Path,
    check: bool = False,
    cohort: str | None = None,
    output: Path | None = None,
) -> list[Path]:
    """Build chapters and return the files that were not up to date.

    Args:
        chapters: Chapters by name (``01_feedforward_backprop``) or number (``01``);
            None for all.
        root: The course folder, which holds ``nbgrader_config.py``.
        check: Write nothing; only return what is stale.
        cohort: Whose numbers to take; None for those in the sources.
        output: The folder of that cohort's course, made if there is none.

    Returns:
        The files written, or with ``check`` the files that would be.

    Raises:
        ChapterError: With a line ``file:line: problem`` for each problem of a source.
        ValueError: If there is no such chapter, if a cohort cannot have this name, or
            if only one of ``cohort`` and ``output`` is given.
    """
    sources = find_sources(chapters, root)
    texts: dict[Path, str] = {}
    folder = root
    if cohort is not None or output is not None:
        folder = _cohort_folder(cohort, output, root)
        for name in (COURSE_MAP, "nbgrader_config.py"):
            if (root / name).exists():
                texts[folder / name] = (root / name).read_text(encoding="utf-8")
    problems = []
    for source in sources:
        try:
            texts |= editions(source, root, cohort=cohort, output=folder)
        except ChapterError as error:
            problems.append(str(error))
    if problems:
        raise ChapterError("\n".join(problems))
    stale = [path for path, text in texts.items() if _bytes(path) != text.encode()]
    if not check:
        for path in stale:
            _keep_work(path, folder)
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8", newline="\n")
    return stale


def find_sources(chapters: list[str] | None, root: Path) -> list[Path]:
    """Return the text sources of the named chapters, or of all."""
    every = sorted((root / "solutions").glob("[0-9][0-9]_*.py"))
    if chapters is None:
        return every
    sources = []
    for name in chapters:
        matching = [p for p in every if _is_named(p.stem, name)]
        if not matching:
            known = ", ".join(p.stem for p in every) or "none"
            raise ValueError(f"chapter {name!r} has no source; there are: {known}")
        sources += matching
    return sources


def find_chapter(name: str, root: Path) -> str:
    """Return the full name of a built chapter, in the checkout or a cohort's folder.

    Raises:
        ValueError: If there is no such chapter.
    """
    every = sorted(
        path.stem
        for path in (root / "solutions").glob("[0-9][0-9]_*/*.ipynb")
        if path.stem == path.parent.name
    )
    for chapter in every:
        if _is_named(chapter, name):
            return chapter
    known = ", ".join(every) or "none"
    raise ValueError(f"chapter {name!r} is not built; there are: {known}")


def _is_named(chapter: str, name: str) -> bool:
    return name in (chapter, chapter.split("_")[0])


def _cohort_folder(cohort: str | None, output: Path | None, root: Path) -> Path:
    """Return the folder of a cohort's course, which is never the checkout."""
    if cohort is None or output is None:
        raise ValueError(
            "a cohort's course goes into a folder of its own: "
            "give both --cohort NAME and --output FOLDER"
        )
    check_cohort(cohort)
    if output.resolve() == root.resolve() or list(output.glob("solutions/*.py")):
        raise ValueError(f"{output} holds the text sources; choose another folder")
    return output


def editions(
    source: Path, root: Path, *, cohort: str | None = None, output: Path | None = None
) -> dict[Path, str]:
    """Return each built file of a chapter and its text; nothing is written.

    Args:
        source: The chapter's text.
        root: The course folder with the settings.
        cohort: Whose numbers to take; None for those in the text.
        output: The folder that the files are for; None for ``root``.

    Raises:
        ChapterError: For a defect of the source, minutes that do not add up, an answer
            that students can read, or a file that does not belong into the folder from
            which nbgrader publishes.
    """
    chapter, folder = source.stem, output or root
    for stray in sorted((folder / "solutions" / chapter).glob("[!.]*")):
        if stray.name != f"{chapter}.ipynb":
            raise ChapterError(f"{stray.as_posix()}:1: nbgrader would hand this out")
    check_promises(source)
    solution = read_chapter(source, cohort)
    student = student_edition(solution, root)
    built = f"{chapter}/{chapter}.ipynb"
    return {
        folder / "solutions" / built: _write(solution),
        folder / "notebooks" / built: student,
        pristine_path(chapter, folder): student,
    }


def student_edition(solution: NotebookNode, root: Path) -> str:
    """Return the text of the student's notebook, made by nbgrader's preprocessors."""
    from nbconvert.exporters import NotebookExporter
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells

    settings = load_settings(root)
    settings.Exporter.default_preprocessors = []
    exporter = NotebookExporter(config=settings)
    for preprocessor in GenerateAssignment().preprocessors:
        if preprocessor is not SaveCells:  # the one that writes to the database
            exporter.register_preprocessor(preprocessor)
    text, _ = exporter.from_notebook_node(nbformat.from_dict(solution))
    return text


def load_settings(root: Path) -> Config:
    """Return the settings in ``nbgrader_config.py`` of a course folder."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()


def _write(notebook: NotebookNode) -> str:
    return nbformat.writes(notebook) + "\n"


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _keep_work(path: Path, root: Path) -> None:
    """Keep a student's edition that differs from its last build: somebody's work."""
    pristine = pristine_path(path.stem, root)
    if path.parent.parent != root / "notebooks" or not (path.exists()):
        return
    if pristine.exists() and _bytes(path) != _bytes(pristine):
        print(f"kept your work in {keep_aside(path)}", file=sys.stderr)
