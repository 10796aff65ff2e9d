"""System calls that no notebook needs, closed for good: a second wall behind the first.

What is closed makes namespaces or mounts (with memory and rights that no limit sees),
takes memory past the limits, looks into other processes, or talks to rarely used parts
of the operating system. A closed call fails with "Operation not permitted".

The filter is a program for the Linux kernel's own small machine (classic BPF); it holds
for all that this process starts. Where the processor is neither of the two below, it
is left out: the walls of bubblewrap stand without it.
"""

import ctypes
import platform
import struct

# call: its number on x86-64, and on 64-bit ARM
CLOSED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "fanotify_init": (300, 262),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "migrate_pages": (256, 238),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setns": (308, 268),
    "shmat": (30, 196),
    "shmget": (29, 194),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vmsplice": (278, 75),
}
# machine: (its column, its AUDIT_ARCH number, clone, clone3, socket, setsockopt)
MACHINES = {
    "x86_64": (0, 0xC000003E, 56, 435, 41, 54),
    "aarch64": (1, 0xC00000B7, 220, 435, 198, 208),
}
NAMESPACES = 0x7E020000  # every CLONE_NEW... flag of clone(2)
FAMILIES = (1, 2, 10, 16)  # Unix, IPv4, IPv6, netlink: these, namespaces seal
BUFFERS = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF and what root may
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# offsets in struct seccomp_data
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32


def program(machine: str) -> bytes:
    """Return the filter for ``machine``: eight bytes for each instruction.

    Raises:
        KeyError: If the machine is not in `MACHINES`.
    """
    column, architecture, clone, clone3, socket, setsockopt = MACHINES[machine]
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture)]
    lines += [(_RETURN, 0, 0, _ERROR | _EPERM)]  # another machine's calls
    lines += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, 0x40000000)]
    lines += [(_RETURN, 0, 0, _ERROR | _EPERM)]  # x86-64 has a second set of numbers
    for numbers in CLOSED.values():
        lines += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _ERROR | _EPERM)]
    # The C library falls back to clone, whose flags can be read.
    lines += [(_EQUAL, 0, 1, clone3), (_RETURN, 0, 0, _ERROR | _ENOSYS)]
    lines += [(_EQUAL, 0, 4, clone), (_LOAD, 0, 0, _FIRST)]
    lines += [(_ANY_BIT, 0, 1, NAMESPACES), (_RETURN, 0, 0, _ERROR | _EPERM)]
    lines += [(_RETURN, 0, 0, _ALLOW)]
    # Socket buffers keep their size: a "success" without effect, as beyond the
    # system's own bound. What they hold is no process's memory.
    lines += [(_EQUAL, 0, len(BUFFERS) + 5, setsockopt), (_LOAD, 0, 0, _SECOND)]
    lines += [(_EQUAL, 0, len(BUFFERS) + 1, 1), (_LOAD, 0, 0, _THIRD)]  # SOL_SOCKET
    for place, option in enumerate(BUFFERS):
        lines += [(_EQUAL, len(BUFFERS) - place, 0, option)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERROR)]
    lines += [(_EQUAL, 0, len(FAMILIES) + 2, socket), (_LOAD, 0, 0, _FIRST)]
    for place, family in enumerate(FAMILIES):
        lines += [(_EQUAL, len(FAMILIES) - place, 0, family)]
    lines += [(_RETURN, 0, 0, _ERROR | _EAFNOSUPPORT), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


def close_calls() -> None:
    """Close the calls for this process, which must not have threads yet.

    Raises:
        OSError: If the operating system does not take the filter.
    """

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))

    control(38, 1)  # PR_SET_NO_NEW_PRIVS
    control(4, 1)  # PR_SET_DUMPABLE: a change of user has hidden /proc/self from it
    if platform.machine() in MACHINES:
        lines = program(platform.machine())
        wanted = Program(len(lines) // 8, lines)
        control(22, 2, ctypes.addressof(wanted))  # PR_SET_SECCOMP


def control(option: int, *values: int) -> None:
    """Call prctl(2)."""
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0)[:4]]
    if libc.prctl(option, *padded) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}) failed")
