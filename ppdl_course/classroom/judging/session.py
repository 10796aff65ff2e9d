"""The grader's side: a student's functions, called over a socket.

:class:`Answers` is a connection to one kernel for the time of one check. The functions
that it lends are called by the check as if they stood beside it. What crosses: towards
the kernel a pickle of the arguments, in which the check's own functions and objects
stay here and are only named; from the kernel values, read by :mod:`wire`, and requests
to call what was named.
"""

import builtins
import contextlib
import io
import itertools
import pickle
import secrets
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from ppdl_course.checks.remote import RemoteAnswer, elsewhere
from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.judging import wire
from ppdl_course.classroom.judging.outgoing import FUNCTIONS, Outgoing, crosses
from ppdl_course.classroom.judging.wire import Broken

_LOOK = 0.1
"""Seconds between two looks at the time that is left."""
_LONGEST = 3600.0
_MOST_ERRORS = 1000
"""Kept for an answer that raises again what it was told."""
Which = str | int | tuple[str, str, Any]
"""A function there: by its name, by its number, or the course's beside one of both."""


class Listening:
    """A place where one kernel may connect, for one check."""

    def __init__(self, folder: Path | None) -> None:
        self._token = secrets.token_hex(16)
        self._path = None
        if folder is not None and hasattr(socket, "AF_UNIX"):
            self._path = folder / f"judge-{secrets.token_hex(4)}"
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            address: Any = str(self._path)
            self._socket.bind(address)
            self._path.chmod(0o666)  # the folder is what keeps others out
        else:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._socket.bind(("127.0.0.1", 0))
            address = self._socket.getsockname()
        self._socket.listen(1)
        self.code = (
            "from ppdl_course.classroom.judging.answers import lend as _lend\n"
            f"_lend({address!r}, {self._token!r})\ndel _lend"
        )

    def fileno(self) -> int:
        """Return the number of the socket, by which ``select`` can wait for it."""
        return self._socket.fileno()

    def accept(self, seconds: float) -> "Answers":
        """Wait for the kernel that runs ``code``.

        Raises:
            Broken: If none comes in time, or one without the token.
        """
        self._socket.settimeout(max(seconds, 0.01))
        try:
            connection, _ = self._socket.accept()
            connection.settimeout(max(seconds, 0.01))
            if wire.receive(connection, most=64) != self._token.encode():
                raise Broken("somebody else connected")
        except TimeoutError:
            raise Broken("the kernel does not connect") from None
        finally:
            self.close()
        return Answers(connection)

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def listen(folder: Path | None) -> Listening:
    """Return a place in ``folder`` where a kernel can connect; None: the loopback."""
    return Listening(folder)


class Answers:
    """The functions of one student's notebook, for one check.

    Attributes:
        budget: The time until the last answer must be there.
        broken: Why the kernel is of no more use; empty if it is.
        incident: What became of the process that opened values, if it ended.
        computed: What another process has computed for this check, in seconds.
        touched: Whether an object of the grader's may have changed.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._objects: dict[int, Any] = {}  # the check's own, by the number they have
        self._errors: dict[int, BaseException] = {}
        self._kept: dict[int, tuple[Any, str]] = {}
        self._room = wire.Room()  # of the reply that is being read
        self._count = itertools.count(1)
        self._connection.settimeout(_LOOK)
        self.budget = Budget(_LONGEST)
        self.broken = ""
        self.incident = ""
        self.computed = 0.0
        self.touched = False

    @property
    def connection(self) -> socket.socket:
        """The socket to the kernel, for a process that decides the check instead."""
        return self._connection

    def lend(self, which: Which, name: str = "") -> RemoteAnswer:
        """Return the student's function of a name."""
        return KernelAnswer(self, which, name or str(which))

    def call(
        self, which: Which, rows: Sequence[tuple], kwargs: dict[str, Any]
    ) -> list[Any]:
        """Call a function with each of the rows of arguments; return the results."""
        parts = wire.mutable_parts(rows, kwargs)
        contexts = [tuple(entered) for entered in elsewhere.get() or ()]
        floating = np.geterr()
        self._send(("call", which, list(rows), kwargs, contexts, floating))
        while True:
            reply = self._receive()
            if "asked" in reply:
                self._send(self._do(*_three(reply["asked"])))
                continue
            self._restore(parts, reply.get("changed"))
            if "raised" in reply:
                raise self._error(reply["raised"])
            returned = reply.get("returned")
            if not isinstance(returned, list) or len(returned) != len(rows):
                self._break("a reply without results")
            return [self._lift(value) for value in returned]

    def close(self) -> None:
        """End the check: the kernel's cell ends by itself."""
        with contextlib.suppress(OSError, Broken):
            self._connection.settimeout(1)
            wire.send(self._connection, pickle.dumps(("end",)))
        self._connection.close()

    def _send(self, message: tuple) -> None:
        file = io.BytesIO()
        Outgoing(file, self).dump(message)
        try:
            wire.send(self._connection, file.getbuffer(), self._require_time)
        except OSError:
            self._break("the kernel has ended")

    def _receive(self) -> dict[str, Any]:
        try:
            data = wire.receive(self._connection, wait=self._require_time)
            reply = wire.unpack(data)
        except (Broken, OSError) as error:
            self._break(str(error))
        self._room = wire.Room()
        if not isinstance(reply, dict):
            self._break("a reply that is none")
        return reply

    def _require_time(self) -> None:
        if why := self.budget.over():
            self.broken = f"it takes too long, the check {why}"
            self._give_up(f"your function takes too long: the check {why}")

    def _break(self, why: str) -> NoReturn:
        self.broken = why
        self._give_up(f"no result came: {why}")

    def _give_up(self, why: str) -> NoReturn:
        raise Mistake(f"{why}. Nothing more can be checked here.")

    def _lift(self, value: Any) -> Any:
        try:
            return wire.lift(value, self._named, self._room)
        except (Broken, RecursionError) as error:
            self._break(str(error))

    def _named(self, value: dict[str, Any]) -> Any:
        match value:
            case {"$": "ref", "id": int(number)} if number in self._objects:
                return self._objects[number]
            case {"$": "function", "id": int(number), "name": str(name)}:
                return self.lend(number, name)
        raise Broken("not a value")

    def _restore(self, parts: list[Any], changed: Any) -> None:
        """Let the check see what the function did to its arguments."""
        for change in changed if isinstance(changed, list) else ():
            match change:
                case [int(number), content] if 0 <= number < len(parts):
                    self.touched = True
                    _overwrite(parts[number], self._lift(content))

    def _error(self, raised: Any) -> BaseException:
        """Return the exception that a function raised; a builtin of its kind."""
        if not isinstance(raised, dict):
            self._break("an exception that is none")
        token = raised.get("token")
        if isinstance(token, int) and token in self._errors:
            return self._errors[token]
        names = [str(name) for name in raised.get("names") or ["Exception"]]
        message = str(raised.get("message", ""))[:2000]
        kind, message = _exception(names, message)
        error = kind(message)
        trace = str(raised.get("traceback", ""))[:8000]
        error.student_trace = trace  # type: ignore[attr-defined]
        return error

    def _do(self, number: Any, name: Any, arguments: Any) -> tuple:
        """Do to one of the check's own objects what the kernel asks for."""
        known = isinstance(number, int) and number in self._objects
        if not known or not isinstance(name, str):
            self._break("a request for nothing")
        args, kwargs = (self._lift(part) for part in arguments)
        target = self._objects[number]
        try:
            return "result", _touch(target, name, args, kwargs)
        except Exception as error:
            token = next(self._count)
            self._errors[token] = error
            if len(self._errors) > _MOST_ERRORS:  # a kernel may ask without end
                del self._errors[next(iter(self._errors))]
            reply = error if crosses(error, self) else RuntimeError(str(error))
            return "raise", reply, token

    def number_of(self, kept: Any) -> int:
        """Return the number under which the kernel may ask for one of our objects."""
        for number, other in self._objects.items():
            if other is kept:
                return number
        number = next(self._count)
        self._objects[number] = kept
        self.touched |= not isinstance(kept, FUNCTIONS)
        return number

    def token_of(self, kept: Any, made: Callable[[], bytes]) -> tuple[str, bytes]:
        """Return the token of what has a copy in the kernel, and the copy if new."""
        if id(kept) in self._kept:
            return self._kept[id(kept)][1], b""
        token = str(next(self._count))
        self.touched |= not wire.is_context(kept)
        self._kept[id(kept)] = kept, token  # held, so that its id is not used again
        return token, made()


class KernelAnswer(RemoteAnswer):
    """One function in a kernel, with the face of a function."""

    def __init__(self, answers: Answers, which: Which, name: str) -> None:
        self._answers, self.which, self.__name__ = answers, which, name

    def beside(self, function: Callable[..., Any]) -> "KernelAnswer":
        """Return a function of the course, run there with this one as an argument."""
        which = function.__module__, function.__qualname__, self.which
        return KernelAnswer(self._answers, which, self.__name__)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function there."""
        return self._answers.call(self.which, [args], kwargs)[0]

    def mapped(self, rows: Sequence[tuple], **kwargs: Any) -> list[Any]:
        """Call it there with several rows of arguments, in one trip."""
        return self._answers.call(self.which, rows, kwargs)


def _touch(target: Any, name: str, args: list, kwargs: dict) -> Any:
    """Call an operator or a public method of an object, or read an attribute."""
    if isinstance(target, FUNCTIONS):
        if name != "__call__":
            raise AttributeError(name)
        return target(*args, **kwargs)
    operator = name in wire.OPERATORS and wire.defines(type(target), name)
    if name.startswith("_") and not operator:
        raise AttributeError(name)
    attribute = getattr(target, name)
    if callable(attribute):
        return attribute(*args, **kwargs)
    return attribute


def _exception(names: list[str], message: str) -> tuple[type[Exception], str]:
    """Return the nearest builtin exception, and the message with the real name."""
    if "Mistake" in names:
        return Mistake, message
    for name in names:
        kind = getattr(builtins, name, None)
        ordinary = isinstance(kind, type) and issubclass(kind, Exception)
        if ordinary and not issubclass(kind, StopIteration | UnicodeError):
            plain = name == names[0] or kind is not Exception
            return kind, message if plain else f"{names[0]}: {message}"
    return RuntimeError, f"{names[0]}: {message}"


def _overwrite(part: Any, content: Any) -> None:
    """Make one of the check's own arguments what the function made of it."""
    with contextlib.suppress(TypeError, ValueError, RuntimeError):
        if wire.is_context(part):
            if content is False and part.is_private():
                part.make_context_public()
        elif isinstance(part, list | bytearray):
            part[:] = content
        elif isinstance(part, dict | set):
            part.clear()
            part.update(content)
        elif isinstance(part, np.ndarray):
            part[...] = content
        else:
            part.data.copy_(content)  # a tensor


def _three(asked: Any) -> tuple[Any, Any, tuple[Any, Any]]:
    if isinstance(asked, list) and len(asked) == 4:
        return asked[0], asked[1], (asked[2], asked[3])
    return None, None, ([], {"$": "dict", "pairs": []})
