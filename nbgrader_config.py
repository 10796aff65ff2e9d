"""All settings of nbgrader for this course; every nbgrader command here reads them."""

import os
import sys
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    GetGrades,
    OverwriteCells,
    OverwriteKernelspec,
)

from ppdl_course.classroom.course import EXPORT_PRIORITY
from ppdl_course.classroom.gradebook.literal_paths import take_names_literally
from ppdl_course.classroom.gradebook.nbgrader_stages import (
    HideTests,
    TidyCells,
    find_notebook,
)
from ppdl_course.classroom.gradebook.plain_table import PlainTable

c = get_config()  # noqa: F821

take_names_literally()  # a course "privacy[2]", a student "x[1]"
c.CourseDirectory.course_id = "ppdl"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".*"]

# What stands in the student's edition where the answer was.
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("your answer goes here")'
}
c.ClearSolutions.text_stub = "*Write your answer here.*"

# nbgrader starts alembic by name, which is not found where nothing was activated.
programs, path = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
if programs not in path.split(os.pathsep):
    os.environ["PATH"] = programs + os.pathsep + path

# Unix sockets where there are any: not open to the machine's other users. Without an
# absolute name the kernel looks for them in its own working folder, and hangs.
if os.name != "nt":
    c.KernelManager.transport = "ipc"
    runtime = Path(jupyter_runtime_dir())  # not there where Jupyter never ran
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    c.KernelManager.ip = str(runtime / f"grading-{os.getpid()}")
c.Execute.timeout = 60  # seconds for one cell by the clock; `ppdl grade`: c.Limits
c.Execute.shutdown_kernel = "immediate"  # a graceful stop costs 2 s per submission
# Notebooks handed out before the course's modules moved still find them.
c.Execute.extra_arguments = [
    "--HistoryManager.hist_file=:memory:",
    "--InteractiveShellApp.extra_extensions=ppdl_course.classroom.kernels.moved_names",
]
c.OverwriteCells.add_missing_cells = True  # a deleted check comes back, and scores

# In a spreadsheet no student's name is a formula.
c.ExportApp.plugin_class = PlainTable

# A downloaded copy called "01_topic (1).ipynb" is a submission too.
c.Autograde.pre_convert_hook = find_notebook
# nbgrader's own stages, and ours for DeduplicateIds, with which one copied cell stops
# the whole batch.
c.Autograde.sanitize_preprocessors = [
    TidyCells,
    ClearOutput,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
# Students get the outcome and the message of a check, and not the hidden tests, on a
# page of our own in which nothing of a submission can run.
FEEDBACK = "ppdl_course.classroom.feedback"
c.GenerateFeedback.exporter_class = f"{FEEDBACK}.exporter.FeedbackExporter"
c.GenerateFeedback.preprocessors = [GetGrades, HideTests]
# Formgrader's pages stand in an instructor's browser that is logged in to Jupyter: what
# a student wrote or displayed may not run there either.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.preprocessors = [
    "ppdl_course.classroom.gradebook.nbgrader_stages.PlainOutputs"
]
c.HTMLExporter.filters = {
    "markdown2html": f"{FEEDBACK}.safe.formgrader_markdown",
    "clean_html": f"{FEEDBACK}.safe.formgrader_html",
}
# A page has no kernel: a widget's static table stands in for it.
c.DataTypeFilter.display_data_priority = list(EXPORT_PRIORITY)
