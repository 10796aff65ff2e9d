"""All settings of nbgrader for this course; every nbgrader command here reads them."""

import os

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "ppdl"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".*"]

# What stands in the student's edition where the answer was.
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("your answer goes here")'
}
c.ClearSolutions.text_stub = "*Write your answer here.*"

# Unix sockets where there are any: faster, and not open to the machine's other users.
c.KernelManager.transport = "tcp" if os.name == "nt" else "ipc"
c.Execute.timeout = 60  # seconds for one cell
c.Execute.shutdown_kernel = "immediate"  # a graceful stop costs 2 s per submission
c.OverwriteCells.add_missing_cells = True  # a deleted check comes back, and scores
