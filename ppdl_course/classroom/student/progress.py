"""What the course map's two cells show: the set-up check, and how far a student is.

Both return an object that shows itself as HTML. Progress is read from the student's
saved notebooks: an exercise counts as passed if its check's last output says so.
"""

import html
import json
from pathlib import Path

from ppdl_course.classroom.course import course_root
from ppdl_course.classroom.student.doctor import examine


class Table:
    """Rows of text under headings, shown as an HTML table."""

    def __init__(self, headings: list[str], rows: list[list[str]], note: str) -> None:
        self.headings, self.rows, self.note = headings, rows, note

    def _repr_html_(self) -> str:
        head = "".join(f"<th scope=col>{html.escape(h)}</th>" for h in self.headings)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>"
            for row in self.rows
        )
        note = html.escape(self.note)
        return f"<table><caption>{note}</caption><tr>{head}</tr>{body}</table>"


def set_up_check() -> Table:
    """Try out everything that the course needs, as ``ppdl doctor`` does."""
    findings = list(examine(course_root()))
    rows = [
        ["works" if f.ok else "missing", f.name, f.says, "" if f.ok else f.remedy]
        for f in findings
    ]
    broken = sum(not (f.ok or f.optional) for f in findings)
    note = f"{broken} things to mend" if broken else "All is well: go to chapter 1."
    return Table(["", "what", "found", "remedy"], rows, note)


def show_progress(root: Path | None = None) -> Table:
    """Show, for each chapter, how many exercises are answered and how many passed."""
    folder = (root or course_root()) / "notebooks"
    rows, passed_in_all = [], 0
    for path in sorted(folder.glob("[0-9][0-9]_*/*.ipynb")):
        if path.stem != path.parent.name:
            continue
        try:
            total, answered, passed = _count(json.loads(path.read_text("utf-8")))
        except (ValueError, KeyError) as error:
            rows.append([path.stem, f"cannot be read: {error}", "", ""])
            continue
        passed_in_all += passed
        rows.append([path.stem, str(total), str(answered), str(passed)])
    note = f"{passed_in_all} exercises passed so far."
    return Table(["chapter", "exercises", "answered", "passed"], rows, note)


def _count(notebook: dict) -> tuple[int, int, int]:
    """Return the number of exercises, of answered ones, and of checks that passed."""
    total = answered = passed = 0
    for cell in notebook["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] != "code":
            continue
        if mark.get("solution"):
            total += 1
            answered += "raise NotImplementedError" not in "".join(cell["source"])
        elif mark.get("grade"):
            text = "".join("".join(o.get("text", "")) for o in cell["outputs"])
            passed += "✔" in text
    return total, answered, passed
