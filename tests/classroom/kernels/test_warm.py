"""Forks of one warm server: quick to start, and strangers to each other."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ppdl_course.classroom.kernels.sandbox import Kernel, Kernels, open_kernels
from ppdl_course.classroom.limits import Limits

from .inside import REASON, ask, attempts, processes_with, sandboxed, soon, tell

pytestmark = sandboxed

DRAW = """
import json, random, secrets, uuid
import numpy as np, torch
print(json.dumps([
    random.random(), np.random.rand(), np.random.default_rng().random(),
    torch.rand(1).item(), torch.initial_seed(), secrets.token_hex(8), uuid.uuid4().hex,
]))
"""


@pytest.fixture(scope="module")
def warm() -> Iterator[Kernels]:
    if REASON:
        pytest.skip(REASON)
    with open_kernels("warm", Limits(), preload=["numpy", "torch"]) as kernels:
        yield kernels


@pytest.fixture(scope="module")
def sisters(warm: Kernels) -> tuple[Kernel, Kernel]:
    return warm.start(), warm.start()


def test_a_warm_kernel_has_its_packages_already(sisters) -> None:
    loaded = (
        "import sys; print(sorted({'numpy', 'torch', 'opacus'} & set(sys.modules)))"
    )
    assert ask(sisters[0], loaded) == "['numpy', 'torch']"
    product = (
        "import torch; print(int((torch.ones(99, 99) @ torch.ones(99, 99)).sum()))"
    )
    assert [ask(each, product) for each in sisters] == [str(99**3)] * 2


def test_sisters_draw_different_random_numbers(sisters) -> None:
    first, second = (json.loads(ask(each, DRAW)) for each in sisters)
    assert len(set(first) | set(second)) == len(first) + len(second)


def test_sisters_see_nothing_of_each_other(sisters) -> None:
    first, second = sisters
    ask(first, "for f in ('/tmp', '/dev/shm', '.'): open(f'{f}/diary', 'w').write('x')")
    ask(
        first,
        "import socket, os, subprocess; s = socket.create_server(('127.0.0.1', 4444));"
        "a = socket.socket(1); a.bind('\\0sister'); a.listen(); t, u = os.openpty();"
        "p = subprocess.Popen(['sleep', '77'])",
    )
    look = """
import glob, os, socket
print(glob.glob('/tmp/**/diary', recursive=True), os.listdir('/dev/shm'))
print([n for n in os.listdir('/proc') if n.isdigit()], os.listdir('/dev/pts'))
for family, address in ((2, ('127.0.0.1', 4444)), (1, '\\0sister')):
    try:
        socket.socket(family).connect(address)
    except OSError as error:
        print(type(error).__name__)
held = []
for number in os.listdir('/proc/self/fd'):
    try:
        held.append(os.readlink(f'/proc/self/fd/{number}'))
    except OSError:
        pass
print([name for name in held if name.startswith('/') and not name.startswith('/dev')])
"""
    assert ask(second, look).splitlines() == [
        "[] []",
        "['1', '2'] ['ptmx']",
        "ConnectionRefusedError",
        "ConnectionRefusedError",
        "[]",
    ]
    folders = f"import os; print(os.listdir({str(first.folder.parent)!r}))"
    assert ask(second, folders) == f"['{second.folder.name}']"
    server = f"import socket; socket.socket(1).connect('{first.folder.parent}/warm')"
    assert attempts(second, server) == {server: "FileNotFoundError"}


def test_what_one_sister_does_to_itself_the_other_does_not_feel(warm: Kernels) -> None:
    first, second = warm.start(), warm.start()
    ask(first, "import math; math.pi = 3")
    assert ask(second, "import math; print(math.pi)").startswith("3.14")
    tell(first, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert soon(lambda: not first.alive())
    assert first.manager.provisioner.process.poll() == 128 + signal.SIGSEGV
    assert ask(second, "print('alive')") == "alive"
    first.stop()
    second.stop()


def test_the_server_reaps_and_forgets_its_kernels(warm: Kernels) -> None:
    kernel = warm.start()
    ask(kernel, "import subprocess; [subprocess.Popen(['true']) for _ in range(5)]")
    keeper = kernel.manager.provisioner.process.pid
    assert Path(f"/proc/{keeper}").exists()
    kernel.stop()
    assert soon(lambda: not Path(f"/proc/{keeper}").exists())


def test_a_killed_worker_takes_its_kernels_along_and_no_others(warm: Kernels) -> None:
    program = f"""
from ppdl_course.classroom.kernels.sandbox import connect_kernels
from tests.classroom.kernels.inside import ask
with connect_kernels({warm.address!r}) as kernels:
    kernel = kernels.start()
    print(ask(kernel, "print(1)"), kernel.manager.provisioner.process.pid, flush=True)
    input()
"""
    kernel = warm.start()
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as worker:
        answer, keeper = worker.stdout.readline().split()
        assert answer == b"1"
        assert Path(f"/proc/{int(keeper)}").exists()
        worker.kill()
    assert soon(lambda: not Path(f"/proc/{int(keeper)}").exists())
    assert ask(kernel, "print('alive')") == "alive"


def test_a_server_that_was_ended_is_started_again() -> None:
    with open_kernels("warm", preload=[]) as kernels:
        first = kernels.start()
        server = first.folder.parent / "warm"
        for pid in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if str(server.parent).encode() in (pid / "cmdline").read_bytes():
                    os.kill(int(pid.name), signal.SIGKILL)
        assert soon(lambda: not first.alive())
        assert ask(kernels.start(), "print('warm again')") == "warm again"


def test_a_server_that_cannot_import_says_which_packages() -> None:
    with pytest.raises(RuntimeError, match=r"did not start; it imports no_such_module"):
        open_kernels("warm", preload=["no_such_module"])
    assert processes_with("no_such_module") == []


def test_a_package_that_starts_a_thread_is_refused(tmp_path: Path) -> None:
    # A fork would copy one thread of several, with the locks of all.
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(5,), daemon=True).start()\n"
    )
    order = {"preload": ["threaded"], "base": str(tmp_path), "socket": 0}
    run = "from ppdl_course.classroom.kernels.forking import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", run, json.dumps(order)],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "cannot preload threaded: it starts threads" in done.stderr
