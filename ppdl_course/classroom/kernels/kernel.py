"""The program that runs inside the walls: confine itself, then be an IPython kernel.

The kernel's five sockets were made and bound outside, and come in as open files. So the
kernel can write nowhere but in its private, size-limited /tmp.
"""

import importlib
import json
import os
import random
import sys
import warnings
from pathlib import Path
from typing import Any

from ppdl_course.classroom.kernels import moved_names
from ppdl_course.classroom.kernels.incidents import report_incidents

RLIMITS = {
    "RLIMIT_DATA": "memory_bytes",
    "RLIMIT_NOFILE": "open_files",
    "RLIMIT_NPROC": "processes",
    "RLIMIT_FSIZE": "file_bytes",
}

PARTS = (
    *(
        "ppdl_course.classroom.kernels.stream",
        "ipykernel.debugger",
        "ipykernel.kernelapp",
        "ipykernel.ipkernel",
    ),
    *("ipykernel.zmqshell", "IPython.core.debugger", "IPython.core.oinspect"),
    *("IPython.core.completerlib", "tornado.platform.asyncio", "sqlite3"),
)


def main() -> None:
    """Run one kernel by the order given as JSON on the command line."""
    sys.path.pop(0)  # where this was started: IPython adds the working folder itself
    run(json.loads(sys.argv[1]))


def run(order: dict[str, Any]) -> None:
    """Confine this process, start its kernel, and stay until the kernel ends.

    Args:
        order: What `provisioner.Order` says, as plain values.
    """
    confine(order)
    work(order)


def work(order: dict[str, Any]) -> None:
    """Be the kernel, in a process that is confined already."""
    # A copy: code in a cell may close or replace standard error.
    reports = order["reports"] or os.dup(2)
    _enter(order)
    app = _application(order)
    # Last: what starting a kernel itself opens is nobody's attempt.
    report_incidents(reports, order["roots"])
    app.start()


def confine(order: dict[str, Any]) -> None:
    """Set the limits, and where this is root, become the kernel's own user."""
    if os.name == "nt":
        return
    import resource

    limits = {name: order["limits"][key] for name, key in RLIMITS.items()}
    for name, most in [("RLIMIT_CORE", 0), *limits.items()]:
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (OSError, ValueError, AttributeError):
            if order["sandbox"]:
                raise  # without a sandbox: whatever the platform has
    if order["sandbox"]:
        # Where memory runs out, the system ends this first, and not the grader.
        Path("/proc/self/oom_score_adj").write_text("1000")
    if order["user"]:  # groups first: without root's rights they could not be left
        os.setgroups([])
        os.setresgid(*[order["user"]] * 3)
        os.setresuid(*[order["user"]] * 3)
    if order["sandbox"]:
        from ppdl_course.classroom.kernels.seccomp import close_calls

        close_calls()


def _enter(order: dict[str, Any]) -> None:
    """Go to the working folder, with a copy of the files that came with the job."""
    import shutil

    work = Path(order["work"])
    Path.home().mkdir(exist_ok=True)
    work.mkdir(exist_ok=True)
    if order["files"]:
        shutil.copytree(order["files"], work, symlinks=True, dirs_exist_ok=True)
    os.chdir(work)


def import_parts() -> None:
    """Import what every kernel needs, and not the debugger, which nobody does."""
    sys.modules["debugpy"] = None  # as if it were not installed
    try:
        for name in PARTS:
            importlib.import_module(name)
    finally:
        del sys.modules["debugpy"]


def _application(order: dict[str, Any]) -> Any:
    """Return ipykernel's application, on the sockets that came with the order.

    ipykernel binds its sockets in a method of two classes, and has no setting for files
    that are bound already; so both classes get that method anew.
    """
    import_parts()
    from ipykernel import heartbeat, kernelapp

    files = {int(port): file for port, file in order["sockets"].items()}

    class Heartbeat(heartbeat.Heartbeat):
        def _try_bind_socket(self) -> None:
            _adopt(self.socket, files.get(self.port))
            super()._try_bind_socket()

    class Application(kernelapp.IPKernelApp):
        def _try_bind_socket(self, s: Any, port: int) -> int:
            _adopt(s, files.get(port))
            return super()._try_bind_socket(s, port)

    kernelapp.Heartbeat = Heartbeat
    sys.argv = ["kernel", "-f", order["connection"]]
    app = Application.instance()
    app.outstream_class = "ppdl_course.classroom.kernels.stream.BoundedStream"
    # History in memory: a file would be written where nothing may be kept.
    app.initialize([*sys.argv[1:], "--HistoryManager.hist_file=:memory:"])
    moved_names.load_ipython_extension(app.shell)
    return app


def _adopt(socket: Any, file: int | None) -> None:
    """Let ``socket`` listen on a file that is bound already."""
    if file is not None:
        import zmq

        socket.setsockopt(zmq.USE_FD, file)


def reseed() -> None:
    """Draw new seeds: a fork has the generators of its parent."""
    random.seed()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()
        if "torch" in sys.modules:
            sys.modules["torch"].seed()


if __name__ == "__main__":
    main()
