"""What a kernel can reach, tried from inside it; for cold and for warm kernels."""

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ppdl_course.classroom.course import is_root_user
from ppdl_course.classroom.kernels import bubblewrap
from ppdl_course.classroom.kernels.accounting.watch import Watch
from ppdl_course.classroom.kernels.folders import sweep
from ppdl_course.classroom.kernels.sandbox import (
    Kernel,
    Kernels,
    connect_kernels,
    open_kernels,
)
from ppdl_course.classroom.limits import Limits

from .inside import (
    ATTEMPT,
    REASON,
    ask,
    attempts,
    processes_with,
    run,
    sandboxed,
    soon,
    tell,
)

REPOSITORY = Path(__file__).resolve().parents[3]
SMALL = Limits(memory_bytes=1 << 30, processes=40, file_bytes=5_000_000)
REFUSED = {"FileNotFoundError", "PermissionError", "OSError"}


@pytest.fixture(scope="module", params=["cold", "warm"])
def kernels(request: pytest.FixtureRequest) -> Iterator[Kernels]:
    if REASON:
        pytest.skip(REASON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_TOKEN", "the instructor's")
        with open_kernels(request.param, SMALL, preload=["numpy"]) as kernels:
            yield kernels


@pytest.fixture(scope="module")
def prisoner(kernels: Kernels) -> Kernel:
    """One kernel for all that only looks."""
    return kernels.start()


@pytest.fixture
def fresh(kernels: Kernels) -> Iterator[Kernel]:
    kernel = kernels.start()
    yield kernel
    kernel.stop()


def test_a_kernel_computes_and_leaves_nothing(kernels: Kernels) -> None:
    kernel = kernels.start()
    assert ask(kernel, "print(6 * 7)") == "42"
    assert kernel.alive()
    assert kernel.incidents() == []
    kernel.stop()
    kernel.stop()
    assert not kernel.alive()
    assert not kernel.folder.exists()
    assert processes_with(str(kernel.folder)) == []
    assert str(kernel.folder) not in Path("/proc/mounts").read_text()


def test_no_file_of_the_instructor_can_be_read(
    prisoner: Kernel, tmp_path: Path
) -> None:
    (tmp_path / "grades").write_text("4.0")
    paths = [f"{REPOSITORY}/{name}" for name in ("solutions", "tests", ".git", "docs")]
    paths += [
        "/etc/shadow",
        "/etc/passwd",
        "/var",
        "/proc/1/environ",
        "/proc/1/root/var",
    ]
    paths += [str(tmp_path / "grades"), str(prisoner.folder.parent / "lock"), "/home"]
    look = "import os; p = {!r}; os.listdir(p) if os.path.isdir(p) else open(p).read()"
    tried = attempts(prisoner, *(look.format(path) for path in paths))
    assert {line: e for line, e in tried.items() if e not in REFUSED} == {}
    # The folders above the environment's are there, and hold nothing else.
    ours = [Path(name) for name in bubblewrap.readable()]
    for folder in (REPOSITORY, Path.home()):
        listing = (
            f"os.listdir({str(folder)!r}) if os.path.isdir({str(folder)!r}) else []"
        )
        seen = json.loads(
            ask(prisoner, f"import json, os; print(json.dumps({listing}))")
        )
        assert all(
            any((folder / name) in (root, *root.parents) for root in ours)
            for name in seen
        ), seen


def test_nothing_can_be_written_but_a_little_in_tmp(prisoner: Kernel) -> None:
    package = REPOSITORY / "ppdl_course"
    folders = ["/", "/dev", "/usr", "/etc", sys.prefix, package, prisoner.folder]
    tried = attempts(prisoner, *(f"open('{name}/mine', 'w')" for name in folders))
    assert {line: e for line, e in tried.items() if e not in REFUSED} == {}
    kept = ask(prisoner, "open('note', 'w').write('kept'); print(open('note').read())")
    assert kept == "kept"
    assert not list(prisoner.folder.glob("note"))
    full = """
import os
def fill(folder):
    written = 0
    try:
        for number in range(100):
            with open(f'{folder}/{number}', 'wb') as file:
                written += file.write(bytes(1_000_000))
                file.flush()
    except OSError as error:
        print(error.strerror, written <= 5_000_000, end=' ')
    for number in range(100):
        if os.path.exists(f'{folder}/{number}'): os.remove(f'{folder}/{number}')
fill('/tmp'); fill('/dev/shm')
"""
    space = "No space left on device True"
    assert ask(prisoner, full) == f"{space} {space}"
    large = "open('/tmp/large', 'wb').truncate(6_000_000)"
    assert attempts(prisoner, large) == {large: "OSError"}


def test_no_variable_of_the_instructor_passes(prisoner: Kernel) -> None:
    assert os.environ["GRADER_TOKEN"] == "the instructor's"
    names = set(
        json.loads(ask(prisoner, "import json, os; print(json.dumps([*os.environ]))"))
    )
    assert names <= {
        *bubblewrap.environment(""),
        *("PWD", "TERM", "PAGER", "GIT_PAGER", "CLICOLOR", "FORCE_COLOR"),
        *("CLICOLOR_FORCE", "LC_CTYPE", "PYDEVD_USE_FRAME_EVAL"),
    }
    own = ask(prisoner, "print(open('/proc/self/environ').read())")
    assert "HOME=/tmp/home" in own
    assert "instructor" not in own


def test_the_network_is_the_kernels_own(prisoner: Kernel) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        abstract.bind(f"\0ppdl-{os.getpid()}")
        abstract.listen()
        port = server.getsockname()[1]
        here = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        away = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"
        name = f"import socket; socket.socket(1).connect('\\0ppdl-{os.getpid()}')"
        vsock = "import socket; socket.socket(40, 1)"
        packets = "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"
        tried = attempts(prisoner, here, away, name, vsock, packets)
    refused = "ConnectionRefusedError"
    assert tried == {
        here: refused,
        away: "OSError",
        name: refused,
        vsock: "OSError",
        packets: "PermissionError",
    }
    own = """
import socket
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
server.accept()[0].send(b"to myself")
print(client.recv(99).decode())
"""
    assert ask(prisoner, own) == "to myself"


def test_a_socket_of_the_grader_in_the_kernels_folder_is_reached(
    prisoner: Kernel,
) -> None:
    path = prisoner.folder / "answers"
    assert len(str(path)) < 107
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        path.chmod(0o666)
        listening.listen()
        call = f"import socket; s = socket.socket(1); s.connect({str(path)!r})"
        assert ask(prisoner, f"{call}; s.send(b'here'); s.close()") == ""
        listening.settimeout(5)
        assert listening.accept()[0].recv(99) == b"here"


def test_no_other_process_is_seen_or_ended(prisoner: Kernel) -> None:
    pids = "[int(name) for name in os.listdir('/proc') if name.isdigit()]"
    assert ask(prisoner, f"import os; print({pids}, os.getpid())") == "[1, 2] 2"
    outside = f"import os; os.kill({os.getpid()}, 9)"
    assert attempts(prisoner, outside) == {outside: "ProcessLookupError"}
    attempts(
        prisoner, "import os; os.kill(os.getppid(), 9)", "import os; os.kill(-1, 9)"
    )
    assert ask(prisoner, "print('alive')") == "alive"
    memory = "open('/proc/1/mem', 'rb+').read(1)"
    assert attempts(prisoner, memory)[memory] in REFUSED


def test_the_kernel_is_nobody_and_stays_so(prisoner: Kernel) -> None:
    status = ask(prisoner, "print(open('/proc/self/status').read())")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert "0" not in fields["Uid"].split() + fields["Gid"].split()
    assert {int(fields[name], 16) for name in ("CapPrm", "CapEff", "CapAmb")} == {0}
    assert fields["NoNewPrivs"] == "1"
    assert fields["Seccomp"] == "2"
    calls = [
        "import os; os.setuid(0)",
        "import os; os.chroot('/tmp')",
        "import os; os.memfd_create('hidden')",
        "import os; os.nice(-5)",
        "import resource as r; r.setrlimit(r.RLIMIT_CORE, (1, 1))",
        "import resource as r; r.setrlimit(r.RLIMIT_NPROC, (999, 999))",
    ]
    named = {"PermissionError", "ValueError"}
    assert set(attempts(prisoner, *calls).values()) <= named
    forbidden = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
for name, *arguments in (
    ("unshare", 0x10000000), ("mount", b"x", b"/tmp", b"tmpfs", 0, None),
    ("ptrace", 16, 1, 0, 0), ("umount2", b"/tmp", 2), ("shmget", 0, 4096, 0o1600),
    ("syscall", 56, 0x10000011, 0, 0, 0, 0),
):
    print(getattr(libc, name)(*arguments), errno.errorcode[ctypes.get_errno()])
"""
    assert set(ask(prisoner, forbidden).splitlines()) == {"-1 EPERM"}


def test_a_fork_bomb_meets_its_limit(fresh: Kernel) -> None:
    word = f"9{secrets.randbelow(10**8)}"
    bomb = f"""
import subprocess
started = []
try:
    for number in range(500):
        started.append(subprocess.Popen(["sleep", "{word}"], start_new_session=True))
except OSError as error:
    print(error.strerror, 5 < len(started) < 40)
"""
    assert ask(fresh, bomb) == "Resource temporarily unavailable True"
    assert len(processes_with(f"sleep {word}")) < 40
    fresh.stop()
    assert processes_with(f"sleep {word}") == []


def test_memory_has_a_limit_for_one_process_and_for_all(fresh: Kernel) -> None:
    six = "bytes(6 << 30)"
    assert attempts(fresh, six) == {six: "MemoryError"}
    assert ask(fresh, "print('alive')") == "alive"
    together = """
import mmap, os
for child in range(4):
    if os.fork() == 0:
        break
shared = mmap.mmap(-1, 512 << 20)
for part in range(16):
    shared.write(bytes(32 << 20))
__import__('time').sleep(60)
"""
    tell(fresh, together)
    assert soon(lambda: not fresh.alive(), 20)
    assert any("GB together, 1.1 GB are allowed" in says for says in fresh.incidents())


def test_a_process_has_few_open_files(prisoner: Kernel) -> None:
    many = """
import socket
pairs = []
try:
    while True:
        pairs.append(socket.socketpair())
except OSError as error:
    print(error.strerror, 50 < len(pairs) < 128)
del pairs
"""
    assert ask(prisoner, many) == "Too many open files True"
    more = "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (999, 999))"
    assert attempts(prisoner, more)[more] in ("PermissionError", "ValueError")


def test_the_buffer_of_a_socket_keeps_its_size(prisoner: Kernel) -> None:
    code = """
import socket
for pair in (socket.socketpair(), [socket.socket(socket.AF_INET)]):
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        before = pair[0].getsockopt(socket.SOL_SOCKET, option)
        pair[0].setsockopt(socket.SOL_SOCKET, option, 4 * before)
        print(pair[0].getsockopt(socket.SOL_SOCKET, option) == before, end=" ")
    pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    print(pair[0].getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))
    pair[0].close()
"""
    assert ask(prisoner, code) == "True True 1\nTrue True 1"


def test_what_sockets_hold_counts_as_memory() -> None:
    if REASON:
        pytest.skip(REASON)
    small = Limits(memory_bytes=250_000_000, processes=40)
    hold = """
import os, socket, time
for child in range(12):
    if os.fork() == 0:
        break
pairs = [socket.socketpair() for _ in range(80)]
time.sleep(60)
"""
    with open_kernels("cold", small) as kernels:
        kernel = kernels.start()
        assert ask(kernel, "print('alive')") == "alive"
        tell(kernel, hold)
        assert soon(lambda: not kernel.alive(), 20)
        assert any("GB together" in says for says in kernel.incidents())


def test_what_was_tried_is_reported_once_each(fresh: Kernel) -> None:
    lines = [
        "open('/etc/shadow')",
        "open('/etc/shadow')",
        f"open('{REPOSITORY}/solutions/01_tiny.py', 'a')",
        "import os; os.listdir('/root')",
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "import subprocess; subprocess.run(['ls', '-l'])",
        "import os; os.system('id')",
        "import os; os.fork() or os._exit(0)",
        "import os; os.kill(1, 15)",
        "import ctypes; ctypes.CDLL('libm.so.6')",
        "import pathlib; p = pathlib.Path.home() / '.ipython/profile_default/startup'; "
        "(p / 'x.py').write_text('')",
        "import sys; open(sys.prefix + '/lib/python3/site-packages/x.pth', 'w')",
        "import threading as t; t.Thread(target=open, args=('/boot/x',)).start()",
    ]
    attempts(fresh, *lines)
    home = f"{bubblewrap.HOME}/.ipython/profile_default/startup"
    assert soon(lambda: "opened /boot/x" in fresh.incidents())
    assert [says.split(" site-packages")[0] for says in fresh.incidents()] == [
        "opened /etc/shadow",
        f"wrote to {REPOSITORY}/solutions/01_tiny.py",
        "called os.listdir on /root",
        "looked up 192.0.2.1",
        "connected to ('192.0.2.1', 80)",
        "started ls -l",
        "started id",
        "forked the kernel",
        "sent signal 15 to process 1",
        "loaded the C library libm.so.6",
        f"wrote to the start-up file {home}/x.py",
        f"wrote to the start-up file {sys.prefix}/lib/python3/site-packages/x.pth",
        "opened /boot/x",
    ]


def test_many_attempts_of_one_kind_do_not_hide_another(fresh: Kernel) -> None:
    flood = "[attempt(f'open(\"/etc/{number}\")') for number in range(500)]"
    ask(fresh, f"{ATTEMPT}{flood}; attempt('import os; os.listdir(\"/root\")')")
    assert soon(lambda: "called os.listdir on /root" in fresh.incidents())
    assert fresh.incidents() == [
        *(f"opened /etc/{number}" for number in range(8)),
        "called os.listdir on /root",
    ]


def test_reports_that_a_submission_forges_are_few_and_short() -> None:
    reports, forger = os.pipe()
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        watch = Watch(reports, None, 0, process, lambda: None)
        watch.start()
        for number in range(999):
            os.write(forger, b"ppdl-incident:%d %s\n" % (number, b"x" * 999))
            os.write(forger, b"y" * 999 + b"\n")
        os.close(forger)
        watch.join(10)
    assert len(watch.incidents()) == 100
    assert max(map(len, watch.incidents())) == 200
    assert len(watch.errors) <= 16_000


def test_who_closes_the_reports_is_reported(fresh: Kernel) -> None:
    hide = """
import os
for name in os.listdir('/proc/self/fd'):
    try:
        if 'pipe' in os.readlink(f'/proc/self/fd/{name}'):
            os.close(int(name))
    except OSError:
        pass
"""
    tell(fresh, hide)
    says = "closed the pipe that reports what it tries"
    assert soon(lambda: says in fresh.incidents())


@pytest.mark.parametrize("kind", ["warm", "cold", "unsafe"])
def test_a_cell_can_be_interrupted_and_the_kernel_goes_on(kind: str) -> None:
    if kind != "unsafe" and REASON:
        pytest.skip(REASON)
    with open_kernels(kind, preload=[]) as kernels:
        kernel = kernels.start()

        async def interrupt() -> str:
            client = kernel.manager.client()
            client.start_channels()
            try:
                await client.wait_for_ready(timeout=60)
                running = client.execute("while True: pass", reply=True, timeout=60)
                asyncio.get_running_loop().call_later(
                    0.5,
                    lambda: asyncio.ensure_future(kernel.manager.interrupt_kernel()),
                )
                return (await running)["content"]["ename"]
            finally:
                client.stop_channels()

        assert run(interrupt()) == "KeyboardInterrupt"
        assert ask(kernel, "print('alive')") == "alive"
        assert kernel.incidents() == []


def test_many_kernels_in_a_row_leave_no_file_open(kernels: Kernels) -> None:
    kernels.start().stop()
    files, threads = len(os.listdir("/proc/self/fd")), set(threading.enumerate())
    for _ in range(8):
        kernels.start().stop()  # at once, in the middle of its start
    assert len(os.listdir("/proc/self/fd")) <= files
    assert set(threading.enumerate()) <= threads


@sandboxed
def test_ordinary_work_is_not_reported() -> None:
    lines = set()
    for source in sorted((REPOSITORY / "solutions").glob("[0-9]*.py")):
        lines |= {
            line
            for line in source.read_text(encoding="utf-8").splitlines()
            if line.startswith(("import ", "from ")) and not line.endswith("(")
        }
    assert len(lines) > 50
    work = """
import tenseal, opacus, sklearn.cluster, matplotlib.pyplot as plt, ipywidgets, tempfile
import numpy as np, torch
from ppdl_course.data import load_law_cases
load_law_cases()
sklearn.cluster.KMeans(2).fit(np.random.rand(20, 2))
torch.save(torch.ones(3), "model.pt")
torch.load("model.pt")
plt.plot([1, 2]); plt.savefig("figure.png")
tempfile.TemporaryDirectory().cleanup()
ipywidgets.IntSlider(3)
print(len(open("/proc/cpuinfo").read()) > 0)
"""
    with open_kernels("cold") as kernels:
        kernel = kernels.start()
        assert ask(kernel, "\n".join([*sorted(lines), work])) == "True"
        assert kernel.incidents() == []


@pytest.mark.parametrize("kind", ["cold", "warm"])
@sandboxed
def test_a_killed_grader_leaves_nothing_for_long(kind: str) -> None:
    word = f"8{secrets.randbelow(10**8)}"
    program = f"""
from ppdl_course.classroom.kernels.sandbox import open_kernels
from tests.classroom.kernels.inside import tell
import time
with open_kernels({kind!r}, preload=[]) as kernels:
    kernel = kernels.start()
    tell(kernel, "import subprocess; subprocess.Popen(['sleep', '{word}'])")
    print(kernel.folder, flush=True)
    time.sleep(60)
"""
    line = [sys.executable, "-c", program]
    with subprocess.Popen(line, stdout=subprocess.PIPE, cwd=REPOSITORY) as grader:
        folder = Path(grader.stdout.readline().decode().strip())
        assert soon(lambda: len(processes_with(f"sleep {word}")) == 1)
        grader.send_signal(signal.SIGKILL)
    assert soon(lambda: processes_with(f"sleep {word}") == [])
    assert soon(lambda: processes_with(str(folder.parent)) == [])
    assert folder.exists()  # nobody was left to remove it, until somebody sweeps
    assert folder.parent in sweep()
    assert not folder.exists()


def test_another_process_connects_by_the_address(kernels: Kernels) -> None:
    program = f"""
from ppdl_course.classroom.kernels.sandbox import connect_kernels
from tests.classroom.kernels.inside import ask
with connect_kernels({kernels.address!r}) as kernels:
    print(ask(kernels.start(), "import sys; print('numpy' in sys.modules)"))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True
    )
    warm = kernels.address.startswith("warm:")
    assert done.stdout.strip() == str(warm), done.stderr
    assert sweep() == []
    with pytest.raises(ValueError, match="address must be that of open kernels"):
        connect_kernels("warm:/nowhere")


def test_a_submissions_files_come_along_as_copies(
    kernels: Kernels, tmp_path: Path
) -> None:
    (tmp_path / "cases.csv").write_text("name,age")
    (tmp_path / "link").symlink_to("/etc/shadow")
    kernel = kernels.start(tmp_path)
    assert ask(kernel, "print(open('cases.csv').read())") == "name,age"
    assert "FileNotFoundError" in ask(kernel, "open('link')")
    ask(kernel, "open('cases.csv', 'w').write('mine')")
    kernel.stop()
    assert (tmp_path / "cases.csv").read_text() == "name,age"
    (tmp_path / "large").write_bytes(bytes(SMALL.file_bytes + 1))
    with pytest.raises(ValueError, match="5000000 are allowed"):
        kernels.start(tmp_path)


def test_an_unsafe_kernel_has_its_own_folder_and_limits() -> None:
    with open_kernels("unsafe", SMALL) as kernels:
        kernel = kernels.start()
        assert ask(kernel, "print(6 * 7)") == "42"
        assert kernel.incidents() == []
        folder = kernel.folder
        where = ask(kernel, "import os; print(os.getcwd(), os.path.expanduser('~'))")
        assert where == f"{folder}/work {folder}/home"
        assert attempts(kernel, "open('/etc/hostname')")
        assert kernel.incidents() == [f"opened {Path('/etc/hostname').absolute()}"]
        if sys.platform == "linux":
            assert "MemoryError" in ask(kernel, "bytes(6 << 30)")
    assert not kernel.alive()
    assert not folder.exists()


def test_a_kind_that_is_not_there_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ValueError, match="warm, cold, unsafe; got 'hot'"):
        open_kernels("hot")
    available = bubblewrap.sandbox_available.__wrapped__
    monkeypatch.setenv("PATH", "/nowhere")
    assert "sudo apt install bubblewrap" in available()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "--unsafe" in available()


@sandboxed
@pytest.mark.skipif(not is_root_user(), reason="then the other tests show it")
def test_a_grader_who_is_not_root_gets_the_same_walls(tmp_path: Path) -> None:
    import pwd  # nowhere on Windows

    program = """
import json, os, sys
from ppdl_course.classroom.kernels.sandbox import open_kernels
from ppdl_course.classroom.limits import Limits
from tests.classroom.kernels.inside import ask
code = '''
import os, subprocess
pids = [int(name) for name in os.listdir('/proc') if name.isdigit()]
print(os.getuid(), len(pids), os.access('/dev', os.W_OK), os.access('/', os.W_OK))
started = []
try:
    for number in range(99):
        started.append(subprocess.Popen(['sleep', '60']))
except OSError as error:
    print(error.strerror, 5 < len(started) < 40)
'''
assert os.getuid() == 1500
for kind in ("cold", "warm"):
    with open_kernels(kind, Limits(processes=40), preload=[]) as kernels:
        first, second = kernels.start(), kernels.start()
        print(ask(first, code), ask(second, code), first.incidents())
"""
    # The environment may lie in root's home, where nobody else may look; HOME may name
    # another folder.
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    shown = [name for name in bubblewrap.readable() if home in Path(name).parents]
    line = ["bwrap", "--dev-bind", "/", "/", "--perms", "0755", "--tmpfs", home]
    for name in shown:
        line += ["--perms", "0755", "--dir", Path(name).parent, "--ro-bind", name, name]
    line += ["--", "setpriv", "--reuid=1500", "--regid=1500", "--clear-groups"]
    done = subprocess.run(
        [*line, sys.executable, "-B", "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    seen = "1000 2 False False\nResource temporarily unavailable True"
    tried = ["called os.listdir on /proc", "started sleep 60"]
    assert done.stdout == 2 * f"{seen} {seen} {tried}\n", done.stderr
