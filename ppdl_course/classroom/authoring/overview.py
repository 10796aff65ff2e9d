"""What is made of syllabus, registry and chapters: the course map, tables of two pages.

In ``README.md`` and the instructor's guide a table stands between ``<!-- chapters -->``
and ``<!-- end -->``, and so on for each name in :func:`tables` and
:func:`guide_tables`; the rest of a page is written by hand.
"""

import re
from pathlib import Path

import nbformat

from ppdl_course.classroom.authoring.minutes import Minutes, stated_minutes
from ppdl_course.classroom.course import COURSE_MAP
from ppdl_course.syllabus import CHAPTERS, PARTS, Chapter
from ppdl_course.systems import SYSTEMS, System


def write_pages(root: Path, *, check: bool = False) -> list[Path]:
    """Write the course map and the pages' tables; return what was not up to date.

    Args:
        root: The course folder.
        check: Write nothing, only return what is stale.

    Raises:
        ValueError: If a page lacks the place of a table.
    """
    pages = {root / COURSE_MAP: course_map(root)}
    for name, made in (("README.md", tables), (GUIDE, guide_tables)):
        pages[root / name] = fill_tables(_text(root / name), made(root), name)
    stale = [p for p, text in pages.items() if not p.exists() or _text(p) != text]
    if not check:
        for path in stale:
            path.write_text(pages[path], encoding="utf-8", newline="\n")
    return stale


def _text(path: Path) -> str:
    return path.read_bytes().decode()


def fill_tables(page: str, tables: dict[str, str], title: str) -> str:
    """Return ``page``, called ``title``, with each generated table in its place."""
    for name, table in tables.items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not place.search(page):
            raise ValueError(f"{title} has no place for the table {name!r}")
        page = place.sub(lambda found, t=table: f"{found[1]}{t}\n{found[2]}", page)
    return page


def tables(root: Path) -> dict[str, str]:
    """Return the README's generated tables by name."""
    return {
        "chapters": chapter_table(root, folder="notebooks/"),
        "working": system_table([s for s in SYSTEMS if s.status == "working"]),
        "planned": system_table([s for s in SYSTEMS if s.status == "planned"]),
    }


def guide_tables(root: Path) -> dict[str, str]:
    """Return the generated tables of the instructor's guide by name."""
    return {"minutes": minutes_table(root)}


def is_ready(chapter: Chapter, root: Path) -> bool:
    """Tell whether a chapter has been written and built."""
    return (root / "notebooks" / chapter.name / f"{chapter.name}.ipynb").exists()


def minutes_of(chapter: Chapter, root: Path) -> Minutes:
    """Return what a built chapter's first cell promises.

    Raises:
        ValueError: If it promises nothing.
    """
    path = root / "notebooks" / chapter.name / f"{chapter.name}.ipynb"
    first = nbformat.read(path, as_version=4).cells[0]
    minutes = stated_minutes(first.source)
    if minutes is None:
        raise ValueError(f"{path}: the first cell does not state its minutes")
    return minutes


def chapter_table(root: Path, folder: str = "") -> str:
    """Return the chapters as a Markdown table, linking those that are ready."""
    lines = [
        "| no. | chapter | you build | minutes in class | at home |",
        "|---|---|---|---|---|",
    ]
    for part in PARTS:
        lines.append(f"| | **{part}** | | | |")
        for chapter in (c for c in CHAPTERS if c.part == part):
            path = f"{folder}{chapter.name}/{chapter.name}.ipynb"
            title, times = chapter.title, "planned | "
            if is_ready(chapter, root):
                minutes = minutes_of(chapter, root)
                title = f"[{title}]({path})"
                times = f"{minutes.in_class} | {minutes.at_home}"
            lines.append(
                f"| {chapter.number:02} | {title} | {chapter.builds} | {times} |"
            )
    return "\n".join(lines)


def minutes_table(root: Path) -> str:
    """Return where each chapter's time goes, for those who plan a term."""
    lines = [
        "| chapter | in class | reading | widgets | exercises | at home |",
        "|---|---|---|---|---|---|",
    ]
    for chapter in (c for c in CHAPTERS if is_ready(c, root)):
        m = minutes_of(chapter, root)
        lines.append(
            f"| {chapter.number}. {chapter.title} | {m.in_class} | {m.reading} | "
            f"{m.widgets} | {m.exercises} | {m.at_home} |"
        )
    return "\n".join(lines)


def system_table(systems: list[System]) -> str:
    """Return rows of the registry as a Markdown table."""
    if not systems:
        return "None."
    lines = [
        "| ref | system | chapter | group | reported by the paper | our figure |",
        "|---|---|---|---|---|---|",
    ]
    for system in systems:
        families = " and ".join(system.families)
        lines.append(
            f"| {system.ref} | {system.name} | {system.chapter} | {families} | "
            f"{system.reported or '-'} | {system.ours or '-'} |"
        )
    return "\n".join(lines)


GUIDE = "docs/instructor.md"
WELCOME = """\
# Privacy-preserving deep learning

A court holds thousands of case files. Each is full of names, ages, family members, home
addresses and phone numbers. The court may learn from them, and may not leak them. In
this course you build every method that the field has for this, at a size that you can
read; you run it, attack it and measure it.

Run the next cell first (press *Shift* and *Enter*): it tries out everything that the
course needs on this machine.
"""

EXAMINE = """\
from ppdl_course.classroom.student.progress import set_up_check

set_up_check()"""

CHAPTERS_TEXT = """\
## Chapters

Click a title to open it. A chapter takes at most 90 minutes in class, exercises marked
*At home* not counted, and runs from top to bottom in under a minute. Chapters 1 to 3
come first; after them read the parts in any order.

{table}

An exercise is a function with its specification. Write it, run the cell, then run the
check below it: it says what it thinks of your answer. To start a chapter afresh, type
`ppdl reset 01` in a terminal; your old copy is kept.
"""

PROGRESS = """\
from ppdl_course.classroom.student.progress import show_progress

show_progress()"""


def course_map(root: Path) -> str:
    """Return the text of the course map's notebook."""
    cells = [
        nbformat.v4.new_markdown_cell(WELCOME.strip(), id="welcome"),
        nbformat.v4.new_code_cell(EXAMINE, id="set-up-check"),
        nbformat.v4.new_markdown_cell(
            CHAPTERS_TEXT.format(table=chapter_table(root)).strip(), id="chapters"
        ),
        nbformat.v4.new_markdown_cell(
            "## Your progress\n\nSave your chapters, then run this cell.",
            id="progress-heading",
        ),
        nbformat.v4.new_code_cell(PROGRESS, id="progress"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return nbformat.writes(notebook) + "\n"
