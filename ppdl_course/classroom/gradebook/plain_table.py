"""The scores as a table of comma-separated values that no spreadsheet takes for code.

nbgrader writes names as they are: a comma in one shifts the row, and a student called
``=HYPERLINK(...)`` has a formula run in the instructor's spreadsheet.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import CsvExportPlugin

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name"),
    *("email", "raw_score", "late_submission_penalty", "score", "max_score"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class PlainTable(CsvExportPlugin):
    """nbgrader's table, column by column, with its texts quoted."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to ``self.to``, or to ``grades.csv``."""
        with Path(self.to or "grades.csv").open("w", newline="", encoding="utf-8") as f:
            table = csv.writer(f, lineterminator="\n")
            table.writerow(COLUMNS)
            table.writerows(self._rows(gradebook))

    def _rows(self, gradebook: Gradebook) -> Iterator[list[str]]:
        for assignment in gradebook.assignments:
            if self.assignment and assignment.name not in map(str, self.assignment):
                continue
            for student in gradebook.students:
                if self.student and student.id not in map(str, self.student):
                    continue
                when, raw, penalty = "", 0.0, 0.0
                try:
                    handed_in = gradebook.find_submission(assignment.name, student.id)
                except MissingEntry:
                    pass  # nothing was handed in: 0 points
                else:
                    when, raw = handed_in.timestamp, handed_in.score
                    penalty = handed_in.late_submission_penalty
                names = student.id, student.last_name, student.first_name, student.email
                score = max(0.0, raw - (penalty or 0.0))
                yield [
                    *map(_cell, (assignment.name, assignment.duedate, when, *names)),
                    *map(_cell, (raw, penalty, score, assignment.max_score)),
                ]


def _cell(value: object) -> str:
    """Return a cell's text; an apostrophe tells a spreadsheet that it is one."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
