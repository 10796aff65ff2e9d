"""The pages made from the syllabus and the registry: the course map, README's tables.

In ``README.md`` a table stands between ``<!-- chapters -->`` and ``<!-- end -->``, and
so on for each name in :func:`tables`; the rest of the page is written by hand.
"""

import re
from pathlib import Path

import nbformat

from ppdl_course.classroom.course import COURSE_MAP
from ppdl_course.syllabus import CHAPTERS, PARTS, Chapter
from ppdl_course.systems import SYSTEMS, System


def write_pages(root: Path, *, check: bool = False) -> list[Path]:
    """Write the course map and the README's tables; return what was not up to date.

    Args:
        root: The course folder.
        check: Write nothing, only return what is stale.

    Raises:
        ValueError: If the README lacks the place of a table.
    """
    readme = root / "README.md"
    pages = {
        root / COURSE_MAP: course_map(root),
        readme: fill_tables(readme.read_text(encoding="utf-8"), root),
    }
    stale = [p for p, text in pages.items() if not p.exists() or _text(p) != text]
    if not check:
        for path in stale:
            path.write_text(pages[path], encoding="utf-8", newline="\n")
    return stale


def _text(path: Path) -> str:
    return path.read_bytes().decode()


def fill_tables(page: str, root: Path) -> str:
    """Return ``page`` with each generated table in its place."""
    for name, table in tables(root).items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not place.search(page):
            raise ValueError(f"README.md has no place for the table {name!r}")
        page = place.sub(lambda found, t=table: f"{found[1]}{t}\n{found[2]}", page)
    return page


def tables(root: Path) -> dict[str, str]:
    """Return the README's generated tables by name."""
    return {
        "chapters": chapter_table(root, folder="notebooks/"),
        "working": system_table([s for s in SYSTEMS if s.status == "working"]),
        "planned": system_table([s for s in SYSTEMS if s.status == "planned"]),
    }


def is_ready(chapter: Chapter, root: Path) -> bool:
    """Tell whether a chapter has been written and built."""
    return (root / "notebooks" / chapter.name / f"{chapter.name}.ipynb").exists()


def chapter_table(root: Path, folder: str = "") -> str:
    """Return the chapters as a Markdown table, linking those that are ready."""
    lines = ["| no. | chapter | you build | minutes |", "|---|---|---|---|"]
    for part in PARTS:
        lines.append(f"| | **{part}** | | |")
        for chapter in (c for c in CHAPTERS if c.part == part):
            path = f"{folder}{chapter.name}/{chapter.name}.ipynb"
            ready = is_ready(chapter, root)
            title = f"[{chapter.title}]({path})" if ready else chapter.title
            minutes = chapter.minutes if ready else "planned"
            lines.append(
                f"| {chapter.number:02} | {title} | {chapter.builds} | {minutes} |"
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

Click a title to open it. A chapter takes 60 to 90 minutes in class and runs from top to
bottom in under a minute. Chapters 1 to 3 come first; after them read the parts in any
order.

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
