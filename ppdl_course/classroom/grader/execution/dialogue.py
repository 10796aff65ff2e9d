"""Run code in one kernel, and never trust what the kernel says about it.

The kernel may send anything at any rate: forged replies, floods, messages that are not
messages. What is not understood is ignored; what would take too much memory is dropped,
which is noticed; whatever it says, no wait is longer than its limit.
"""

import asyncio
import os
import selectors
import time
from typing import Any, Self

from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.grader.execution.outputs import Outputs
from ppdl_course.classroom.grader.execution.zmtp import (
    Channel,
    Closed,
    TooLarge,
    address_of,
)
from ppdl_course.classroom.judging.listening import Listening
from ppdl_course.classroom.kernels.sandbox import Kernel

_TICK = 0.05  # seconds
_OBEY = 2.0
"""Seconds to follow an interrupt."""
_DELIVER = 5.0
"""Seconds to deliver what a cell has printed, after its end."""
_KINDS = {"iopub": "SUB", "shell": "DEALER", "control": "DEALER"}


class Ended(Exception):
    """The kernel has ended, or must be ended; the text goes on "Cell 7 ..."."""


class Late(Exception):
    """The code took longer than it may; the text says which limit it reached."""


class Flooded(Exception):
    """The code printed and displayed more than it may."""


class Dialogue:
    """A connection to one kernel; use it in a ``with`` statement.

    Args:
        kernel: From ``Kernels.start``.
        outputs: Where to put what is printed and displayed.
        limit: The largest message, all its parts together, that is received at all,
            in bytes.

    Raises:
        Ended: If the kernel has ended already.
    """

    def __init__(self, kernel: Kernel, outputs: Outputs, limit: int) -> None:
        self._kernel, self._outputs = kernel, outputs
        about = kernel.manager.get_connection_info(session=True)
        self._session = about["session"]
        self._channels: dict[str, Channel] = {}
        self._gone: set[str] = set()  # channels that the kernel has closed
        self._connecting = False  # somebody, to the judge
        self._asked, self._obeys = "", False
        self._selector = selectors.DefaultSelector()
        try:
            for name, kind in _KINDS.items():
                address = address_of(about, f"{name}_port")
                channel = self._channels[name] = Channel(address, kind, limit)
                self._selector.register(channel, selectors.EVENT_READ, name)
        except Closed:
            self.__exit__()
            raise Ended("ended the kernel") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for channel in self._channels.values():
            channel.close()

    def wait_until_ready(self, budget: Budget) -> None:
        """Wait until a new kernel answers and its outputs arrive here.

        Raises:
            Ended: If it ended instead.
            Late: If it is not ready in time.
        """
        heard: set[str] = set()
        asked = 0.0
        while len(heard) < 2:
            self._require_time(budget)
            if time.monotonic() > asked + 1:  # what was sent before it listened is lost
                self._ask("shell", "kernel_info_request", {})
                asked = time.monotonic()
            if received := self._receive():
                heard.add(received[0])

    def send(self, code: str, *, silent: bool = False) -> str:
        """Let the kernel run some code; return the number of the request."""
        content = {
            "code": code,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        return self._ask("shell", "execute_request", content)

    def finish(self, request: str, budget: Budget, *, patient: bool = False) -> None:
        """Wait for the end of a request and collect its outputs.

        Args:
            request: From :meth:`send`.
            budget: The time that it may take.
            patient: Go on if it prints too much.

        Raises:
            Ended: If the kernel ended in it.
            Late: If it does not come to an end in time.
            Flooded: If it prints too much.
        """
        idle, replied = False, 0.0
        leaving = False
        while not (replied and idle):
            if replied and time.monotonic() > replied + _DELIVER:
                self._outputs.lose()  # or it would have told that it is idle
                return
            if not replied:
                self._require_time(budget)
            if received := self._receive():
                channel, message, size = received
                if message["parent_header"].get("msg_id") != request:
                    continue
                if channel == "shell":
                    replied = time.monotonic()
                    leaving = "ask_exit" in str(message["content"].get("payload"))
                elif message["msg_type"] == "status":
                    idle = message["content"].get("execution_state") == "idle"
                else:
                    self._outputs.take(message["msg_type"], message["content"], size)
            if self._outputs.flooded and not patient:
                raise Flooded
        if leaving:  # by quit(): it ends a moment later, in some other cell
            raise Ended("ended the kernel")

    def interrupt(self, request: str) -> None:
        """Interrupt a request.

        Raises:
            Ended: If the kernel ends, or goes on all the same; then it must be ended.
        """
        self._asked, self._obeys = "", False
        if os.name == "nt":
            asyncio.run(self._kernel.manager.interrupt_kernel())
        else:
            self._asked = self._ask("control", "interrupt_request", {})
        try:
            self.finish(request, Budget(_OBEY), patient=True)
        except Late:
            raise Ended("went on after an interrupt: its kernel was ended") from None
        if self._asked and not self._obeyed():
            raise Ended("does not answer an interrupt: its kernel was ended")

    def _obeyed(self) -> bool:
        """Wait for the answer to an interrupt: until then, it could hit another cell.

        The cell may have ended by itself before the kernel read of the interrupt.
        """
        budget = Budget(_OBEY)
        while not self._obeys and not budget.over():
            self._receive()
        return self._obeys

    def wait_for_connection(
        self, listening: Listening, request: str, budget: Budget
    ) -> bool:
        """Wait for a connection; tell whether there is one.

        There will be none once the request is over.

        Raises:
            Ended: If the kernel ended instead.
        """
        self._selector.register(listening, selectors.EVENT_READ, "judge")
        try:
            while not budget.over():
                received = self._receive()
                if self._connecting:
                    return True
                if received is not None:
                    channel, message, _ = received
                    parent = message["parent_header"].get("msg_id")
                    if channel == "shell" and parent == request:
                        break
        finally:
            self._selector.unregister(listening)
        return False

    def _require_time(self, budget: Budget) -> None:
        if why := budget.over():
            raise Late(why)

    def _ask(self, channel: str, kind: str, content: dict[str, Any]) -> str:
        message = self._session.msg(kind, content=content)
        self._channels[channel].send(self._session.serialize(message))
        return message["msg_id"]

    def _receive(self) -> tuple[str, dict[str, Any], int] | None:
        """Return the channel, content and size of a message; None if there is none.

        Raises:
            Ended: If nothing is left of a kernel that ended, or it hangs up.
        """
        for name in _KINDS:  # all that has been read, before more is read
            received = self._taken(name)
            if received and name == "control":
                answered = received[1]["parent_header"].get("msg_id")
                self._obeys |= answered == self._asked
            elif received:
                return received
        self._poll()
        return None

    def _poll(self) -> None:
        """Wait a little until something can be read or sent, and do so."""
        for name in self._channels.keys() - self._gone:
            channel = self._channels[name]
            writing = selectors.EVENT_WRITE if channel.pending else 0
            self._selector.modify(channel, selectors.EVENT_READ | writing, name)
        self._connecting = False
        lives = self._kernel.alive()  # before: it may end while nothing is read
        ready = self._selector.select(_TICK)
        for key, events in ready:
            if key.data == "judge":
                self._connecting = True
                continue
            channel = self._channels[key.data]
            if events & selectors.EVENT_WRITE:
                channel.flush()
            if events & selectors.EVENT_READ:
                try:
                    channel.read()
                except Closed:
                    self._close(key.data)
        if not ready:  # and so nothing is left of what it sent before it ended
            if self._gone and self._outlives(0.5):
                raise Ended("ended the kernel: it closed its connections")
            if not lives:
                raise Ended("ended the kernel")

    def _close(self, name: str) -> None:
        self._selector.unregister(self._channels[name])
        self._gone.add(name)

    def _outlives(self, seconds: float) -> bool:
        budget = Budget(seconds)
        while self._kernel.alive() and not budget.over():
            time.sleep(0.01)
        return self._kernel.alive()

    def _taken(self, name: str) -> tuple[str, dict[str, Any], int] | None:
        try:
            parts = self._channels[name].take()
        except TooLarge:
            self._outputs.lose()
            return None
        except Closed:
            if name not in self._gone:
                self._close(name)
            return None
        return self._understood(name, parts) if parts else None

    def _understood(
        self, channel: str, received: list[bytes]
    ) -> tuple[str, dict[str, Any], int] | None:
        try:
            _, parts = self._session.feed_identities(received)
            message = self._session.deserialize(parts)
            kinds = [type(message[key]) for key in ("parent_header", "content")]
        except Exception:  # no message of Jupyter's, whatever it is
            return None
        if kinds != [dict, dict] or not isinstance(message["msg_type"], str):
            return None
        return channel, message, len(parts[4])
