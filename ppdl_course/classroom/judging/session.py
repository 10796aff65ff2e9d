"""The grader's side: a student's functions, called over a socket.

:class:`Answers` is a connection to one kernel for the time of one check. The functions
that it lends are called by the check as if they stood beside it. What crosses: towards
the kernel a pickle of the arguments, in which the check's own functions and objects
stay here and are only named; from the kernel values (:mod:`.wire.values`), and
requests to call what was named.
"""

import builtins
import contextlib
import io
import itertools
import pickle
import socket
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from ppdl_course.checks.remote import RemoteAnswer, elsewhere
from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.judging.outgoing import Outgoing, crosses
from ppdl_course.classroom.judging.wire.messages import Broken, receive, send
from ppdl_course.classroom.judging.wire.own_objects import (
    FUNCTIONS,
    is_context,
    mutable_parts,
    overwrite,
    touch,
)
from ppdl_course.classroom.judging.wire.values import Room, lift, unpack

_LOOK = 0.1
"""Seconds between two looks at the time that is left."""
_LONGEST = 3600.0
_MOST_ERRORS = 1000
"""Kept for an answer that raises again what it was told."""
Which = str | int | tuple[str, str, Any]
"""A function there: by its name, by its number, or the course's beside one of both."""


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
        self._room = Room()  # of the reply that is being read
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
        parts = mutable_parts(rows, kwargs)
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
            send(self._connection, pickle.dumps(("end",)))
        self._connection.close()

    def _send(self, message: tuple) -> None:
        file = io.BytesIO()
        Outgoing(file, self).dump(message)
        try:
            send(self._connection, file.getbuffer(), self._require_time)
        except OSError:
            self._break("the kernel has ended")

    def _receive(self) -> dict[str, Any]:
        try:
            data = receive(self._connection, wait=self._require_time)
            reply = unpack(data)
        except (Broken, OSError) as error:
            self._break(str(error))
        self._room = Room()
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
            return lift(value, self._named, self._room)
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
                    overwrite(parts[number], self._lift(content))

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
            return "result", touch(target, name, args, kwargs)
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
        self.touched |= not is_context(kept)
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


def _three(asked: Any) -> tuple[Any, Any, tuple[Any, Any]]:
    if isinstance(asked, list) and len(asked) == 4:
        return asked[0], asked[1], (asked[2], asked[3])
    return None, None, ([], {"$": "dict", "pairs": []})
