"""Names of folders taken as they are, also where they look like a pattern.

nbgrader finds its folders with ``glob``, the course's own path included. In a course
``privacy[2]`` it would release nothing, and leave a student ``x[1]`` without feedback;
what it means to ignore it would copy, the notebook with the hidden tests among it.
"""

import functools
import glob
import os
from collections.abc import Sequence

import nbgrader.utils
from nbgrader.converters.base import BaseConverter

_stock_notebooks = BaseConverter.init_notebooks


def take_names_literally() -> None:
    """Replace the two places of nbgrader that do not; twice is as good as once."""
    BaseConverter.init_notebooks = _init_notebooks
    nbgrader.utils.is_ignored = is_ignored


@functools.wraps(_stock_notebooks)
def _init_notebooks(self: BaseConverter) -> None:
    folder = self.coursedir
    path = self._format_source(folder.assignment_id, folder.student_id)
    if folder.student_id != "*" and os.path.isdir(path):
        paths = [path]
    else:  # a pattern for students, below a root that is none
        root = folder.root if path.startswith(folder.root) else ""
        paths = glob.glob(glob.escape(root) + path[len(root) :])
    pattern = f"{folder.notebook_id}.ipynb"
    found = {
        path: names
        for path in paths
        if (names := glob.glob(os.path.join(glob.escape(path), pattern)))
    }
    if not found:  # nbgrader says what it looked for
        return _stock_notebooks(self)
    for path in set(paths) - set(found):
        self.log.warning("No notebooks were matched by '%s/%s'", path, pattern)
    self.assignments, self.notebooks = found, []
    return None


def is_ignored(filename: str, ignore_globs: Sequence[str] | None = None) -> bool:
    """Tell whether a file's own name matches one of some patterns."""
    folder = os.path.dirname(filename)
    return any(
        filename in glob.glob(os.path.join(glob.escape(folder), pattern))
        for pattern in ignore_globs or ()
    )
