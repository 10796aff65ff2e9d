# %% says="reaches into memory"
"""Tries the ways out of a sandbox: namespaces, mounts, other users, memory, tracing."""

# %% above="bob_question" shows="ways out: []"
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
ways = []


def attempt(name, done):
    try:
        if done():
            ways.append(name)
    except (OSError, AttributeError):
        pass


CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET = (
    1 << 28,
    1 << 17,
    1 << 29,
    1 << 30,
)
for flag in (CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET):
    attempt(f"unshare {flag}", lambda: libc.unshare(flag) == 0)
for target in (b"/", b"/tmp", b"/usr"):
    attempt(
        f"mount {target}", lambda: libc.mount(b"none", target, b"tmpfs", 0, None) == 0
    )
    attempt(f"umount {target}", lambda: libc.umount2(target, 2) == 0)
attempt("remount", lambda: libc.mount(None, b"/", None, 32 | 4096, None) == 0)
attempt("setuid", lambda: os.setuid(0) is None and os.getuid() == 0)
attempt("setgroups", lambda: os.setgroups([0]) is None)
attempt("chroot", lambda: os.chroot("/proc/1/root") is None)
attempt("ptrace", lambda: libc.ptrace(16, 1, 0, 0) == 0)
attempt("root", lambda: os.listdir("/proc/1/root/root") is not None)
attempt("device", lambda: os.mknod("/tmp/sda", 0o60600, os.makedev(8, 0)) is None)
attempt("memory", lambda: open("/dev/mem", "rb").read(1))
attempt("kernel", lambda: open("/proc/sys/kernel/core_pattern", "w").write("|x"))
attempt("scores", lambda: open("/proc/1/oom_score_adj", "w").write("1000"))
attempt("groups", lambda: open("/sys/fs/cgroup/cgroup.procs", "w").write("0"))
attempt(
    "keys", lambda: libc.syscall(250, 0, -3, 0) > 0 and libc.keyctl(11, -3, 0, 0) > 0
)
attempt("priority", lambda: os.nice(-5) < 0)
print("ways out:", ways)
