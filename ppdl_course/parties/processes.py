"""Two parties as two processes that talk over TCP on the loopback.

:func:`launch` starts two Python processes, hands each its program and its secret input
(over a pipe: a command line can be read by every user of the machine), waits, and
returns what each of them returned and saw. The first party listens on a free port, the
second connects; the bytes of the protocol never pass through the launching process.

Nothing is encrypted or authenticated: a teaching set-up for one machine.
"""

import importlib
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from ppdl_course.parties.channel import Channel
from ppdl_course.parties.codec import decode, encode
from ppdl_course.parties.transcript import Message, Note, Transcript

_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Program:
    """What one party runs.

    Attributes:
        party: Its name.
        target: ``module:function``; called with the endpoint, then ``args``.
        args: Its inputs, of types that the channel can carry.
    """

    party: str
    target: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes:
        results: What each party's program returned.
        views: Each party's own transcript.
        seconds: From the connection to the end, as the slower party measured it.
    """

    results: dict[str, Any]
    views: dict[str, Transcript]
    seconds: float

    @property
    def transcript(self) -> Transcript:
        """The messages as the first party saw them, with the notes of both."""
        first = next(iter(self.views.values()))
        notes = [note for view in self.views.values() for note in view.notes]
        return Transcript(first.parties, first.messages, notes)


def launch(first: Program, second: Program, *, timeout: float = 60.0) -> Outcome:
    """Run two programs, each in a process of its own.

    Args:
        first: Its process listens.
        second: Its process connects.
        timeout: Seconds after which both processes are ended.

    Raises:
        RuntimeError: If a program fails; the message ends with its error.
        TimeoutError: If they have not finished in time.
    """
    children: list[subprocess.Popen[str]] = []
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        for child in children:
            child.kill()

    # A timer and not communicate's timeout: reading the port could wait for ever too.
    watch = threading.Timer(timeout, expire)
    watch.start()
    try:
        children.append(_start(first, second.party, 0))
        port = children[0].stdout.readline().strip()
        if port:  # empty if the first program failed before it listened
            children.append(_start(second, first.party, int(port)))
        outputs = [child.communicate() for child in children]
    finally:
        watch.cancel()
        for child in children:
            child.kill()
            child.wait()
    if expired.is_set():
        raise TimeoutError(f"the parties did not finish in {timeout:g} s")
    programs = (first, second)
    failed = [(c, p) for c, p in zip(children, programs, strict=False) if c.returncode]
    if failed:
        errors = (outputs[children.index(child)][1].strip() for child, _ in failed)
        lines = (error.splitlines()[-1] if error else "no message" for error in errors)
        parts = (
            f"{p.party}: {line}" for (_, p), line in zip(failed, lines, strict=True)
        )
        raise RuntimeError("; ".join(parts))
    return _outcome(programs, [stdout for stdout, _ in outputs])


def _start(program: Program, peer: str, port: int) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-m", "ppdl_course.parties.processes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    task = encode((program.party, peer, program.target, program.args, port))
    child.stdin.write(task.hex() + "\n")
    child.stdin.flush()
    return child


def _outcome(programs: tuple[Program, Program], outputs: list[str]) -> Outcome:
    results, views, seconds = {}, {}, 0.0
    parties = tuple(program.party for program in programs)
    for party, output in zip(parties, outputs, strict=True):
        result, messages, notes, spent = decode(bytes.fromhex(output.strip()))
        results[party] = result
        views[party] = Transcript(
            parties, [Message(*m) for m in messages], [Note(*n) for n in notes]
        )
        seconds = max(seconds, spent)
    return Outcome(results, views, seconds)


def _child() -> None:
    """Play one party: read the task, connect, run the program, print the outcome."""
    me, peer, target, args, port = decode(bytes.fromhex(sys.stdin.readline()))
    module, function = target.split(":")
    program = getattr(importlib.import_module(module), function)
    if port:
        sock = socket.create_connection((_HOST, port), timeout=30)
    else:
        with socket.create_server((_HOST, 0)) as server:
            server.settimeout(30)
            print(server.getsockname()[1], flush=True)
            sock, _ = server.accept()
    started = time.perf_counter()
    with Channel.over(sock, me, peer) as channel:
        result = program(channel[me], *args)
    spent = time.perf_counter() - started
    messages = [tuple(vars(message).values()) for message in channel.messages]
    notes = [tuple(vars(note).values()) for note in channel.notes]
    print(encode((result, messages, notes, spent)).hex())


if __name__ == "__main__":
    _child()
