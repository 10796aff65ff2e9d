"""The kernel's side: call the student's functions for a check, and send back values.

This runs inside the sandbox, in the student's own interpreter, so nothing it says is
believed: it can only hand over values (:mod:`.wire.values`).
"""

import contextlib
import functools
import hashlib
import importlib
import io
import pickle
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.classroom.judging.wire.messages import Broken, receive, send
from ppdl_course.classroom.judging.wire.own_objects import (
    OPERATORS,
    defines,
    is_context,
    mutable_parts,
)
from ppdl_course.classroom.judging.wire.values import lower, pack


def lend(address: str | tuple[str, int], token: str) -> None:
    """Answer the calls of one check with the functions of this notebook."""
    family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.connect(address)
        send(connection, token.encode())
        with contextlib.suppress(Broken, OSError):
            _Lender(connection, sys.modules["__main__"].__dict__).serve()


class _Lender:
    """One check's calls, the check's own objects, and the contexts they run in."""

    def __init__(self, connection: socket.socket, notebook: dict[str, Any]) -> None:
        self._connection = connection
        self._notebook = notebook
        self._kept: dict[str, Any] = {}  # generators and contexts, by their token
        self._functions: dict[int, Callable] = {}  # which answers have returned
        self._contexts = contextlib.ExitStack()
        self._entered: list[int] = []

    def serve(self) -> None:
        """Answer calls until the check is over."""
        try:
            while True:
                kind, *rest = self._next()
                if kind != "call":
                    return
                self._call(*rest)
        finally:
            self._contexts.close()

    def _next(self) -> tuple:
        data = receive(self._connection, most=1 << 40)  # the grader's own: no limit
        return _Unpickler(io.BytesIO(data), self).load()

    def _call(self, which, rows, kwargs, contexts, floating) -> None:
        """Call a function with each row of arguments; send back what came of it.

        Besides the values, or the exception, goes what it changed in its arguments: the
        check holds the originals and expects to see that in them.
        """
        parts = mutable_parts(rows, kwargs)
        before = [self._content(part) for part in parts]
        try:
            function = self.function(which)
            self._enter(contexts)
            results = []
            with np.errstate(**floating):
                for row in rows:
                    results.append(function(*row, **kwargs))
                # inside: an iterator may run the student's code only when it is read
                message = {"returned": [lower(r, self._name) for r in results]}
        except BaseException as error:
            message = {"raised": self._raised(error)}
            interrupted = isinstance(error, KeyboardInterrupt)
        else:
            interrupted = False
        message["changed"] = [
            [k, self._lowered(part)]
            for k, (part, old) in enumerate(zip(parts, before, strict=True))
            if self._content(part) != old
        ]
        send(self._connection, pack(message))
        if interrupted:
            raise KeyboardInterrupt

    def function(self, which: str | int | tuple) -> Callable:
        """Return the student's function of a name, or one that an answer returned.

        A tuple stands for a function of the course (its module, its name) that gets the
        student's as its first argument.
        """
        if isinstance(which, tuple):
            module, name, inner = which
            return functools.partial(_imported(module, name), self.function(inner))
        if isinstance(which, int):
            return self._functions[which]
        if which not in self._notebook:
            raise NameError(f"name {which!r} is not defined")
        return self._notebook[which]

    def _enter(self, contexts: list[tuple[int, str, str, tuple]]) -> None:
        """Be inside these contexts, and no others, before the next call."""
        now = [serial for serial, *_ in contexts]
        if now == self._entered:
            return
        self._contexts.close()
        self._entered = []
        for _, module, name, args in contexts:
            self._contexts.enter_context(_imported(module, name)(*args))
        self._entered = now

    def _raised(self, error: BaseException) -> dict[str, Any]:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename != __file__]
        lines = traceback.format_list(own[-6:]) + traceback.format_exception_only(error)
        return {
            "names": [cls.__name__ for cls in type(error).__mro__],
            "message": str(error)[:2000],
            "traceback": "".join(lines)[-6000:],
            "token": getattr(error, "_token", None),
        }

    def _content(self, part: Any) -> bytes:
        """Return what tells whether a part has changed."""
        if isinstance(part, np.ndarray) and part.nbytes > 1 << 20:
            return hashlib.blake2b(np.ascontiguousarray(part)).digest()
        return pack(self._lowered(part))

    def _lowered(self, part: Any) -> Any:
        if is_context(part):
            return part.is_private()
        return lower(part, self._name)

    def _name(self, value: Any) -> dict | None:
        """Name what has a place at the other end, or can be called from there."""
        if isinstance(value, Borrowed):
            return {"$": "ref", "id": object.__getattribute__(value, "_id")}
        if callable(value) and not isinstance(value, type):
            self._functions[id(value)] = value
            name = getattr(value, "__name__", "answer")
            return {"$": "function", "id": id(value), "name": str(name)[:80]}
        return None

    def ask(self, number: int, name: str, args: tuple = (), kwargs: Any = None) -> Any:
        """Do something with one of the check's own objects."""
        asked = [number, name, lower(list(args), self._name)]
        asked.append(lower(dict(kwargs or {}), self._name))
        send(self._connection, pack({"asked": asked}))
        while True:
            kind, *rest = self._next()
            if kind == "call":
                self._call(*rest)
            elif kind == "result":
                return rest[0]
            elif kind == "raise":
                error, token = rest
                error._token = token
                raise error
            else:
                raise Broken(kind)

    def borrow(self, number: int, module: str, name: str) -> "Borrowed":
        """Return a stand-in for one of the check's own objects."""
        real = None
        with contextlib.suppress(Exception):
            real = _imported(module, name)
        operators = [op for op in OPERATORS if defines(real, op)]
        if not isinstance(real, type):
            operators, real = ["__call__", "__next__", "__iter__"], None
        body: dict[str, Any] = {op: _operator(op) for op in operators}
        if "__eq__" in body:
            body["__hash__"] = object.__hash__
        for mark in ("__array_ufunc__", "__array_priority__"):
            if hasattr(real, mark):
                body[mark] = getattr(real, mark)
        borrowed = type(name.rpartition(".")[2], (Borrowed,), body)()
        for key, value in (("_lender", self), ("_id", number), ("_real", real)):
            object.__setattr__(borrowed, key, value)
        return borrowed

    def kept(self, token: str, made: Callable[[], Any]) -> Any:
        """Return the object of a token, the same one at each call."""
        if token not in self._kept:
            self._kept[token] = made()
        return self._kept[token]


def _imported(module: str, name: str) -> Any:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _operator(name: str) -> Callable:
    def operate(self, *args: Any, **kwargs: Any) -> Any:
        if name == "__iter__":
            return self
        lender = object.__getattribute__(self, "_lender")
        return lender.ask(object.__getattribute__(self, "_id"), name, args, kwargs)

    return operate


class Borrowed:
    """One of the check's own objects: what is done to it is done over there."""

    @property
    def __class__(self) -> type:
        return object.__getattribute__(self, "_real") or type(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        real = object.__getattribute__(self, "_real")
        if callable(getattr(real, name, None)):
            return _Method(self, name)
        lender = object.__getattribute__(self, "_lender")
        return lender.ask(object.__getattribute__(self, "_id"), name)


class _Method:
    def __init__(self, owner: Borrowed, name: str) -> None:
        self._owner, self.__name__ = owner, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _operator(self.__name__)(self._owner, *args, **kwargs)


class _Unpickler(pickle.Unpickler):
    """Reads what the grader sends, which the kernel trusts."""

    def __init__(self, file: io.BytesIO, lender: _Lender) -> None:
        super().__init__(file)
        self._lender = lender

    def persistent_load(self, pid: tuple) -> Any:
        """Return what a name of the grader stands for here."""
        match pid:
            case ("answer", which):
                return self._lender.function(which)
            case ("ref", number, module, name):
                return self._lender.borrow(number, module, name)
            case ("kept", token, data):
                return self._lender.kept(token, lambda: pickle.loads(data))
            case ("context", token, data):
                return self._lender.kept(token, lambda: _context(data))
        raise pickle.UnpicklingError(str(pid))


def _context(data: bytes) -> Any:
    import tenseal

    return tenseal.context_from(data)
