"""``ppdl lab``: JupyterLab, opened on the course map."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ppdl_course.classroom.course import COURSE_MAP, EXPORT_PRIORITY, is_root_user


def lab_command(root: Path, extra: Sequence[str] = ()) -> list[str]:
    """Return the command line that serves the course in ``root``.

    The server listens on the loopback only. Its news pop-up and update check are off:
    a course needs no network.
    """
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{COURSE_MAP}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *(f"--NbConvertBase.display_data_priority={kind}" for kind in EXPORT_PRIORITY),
    ]
    if is_root_user():  # a container, most often; Jupyter refuses root without it
        command.append("--allow-root")
    return [*command, *extra]


def open_lab(root: Path, extra: Sequence[str] = ()) -> int:
    """Serve the course until interrupted; return JupyterLab's exit status.

    Terminals and notebooks find the ``ppdl`` command of this environment on their PATH.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command, environment = lab_command(root, extra), os.environ | {"PATH": path}
    try:
        return subprocess.run(command, cwd=root, env=environment).returncode
    except KeyboardInterrupt:
        return 0
