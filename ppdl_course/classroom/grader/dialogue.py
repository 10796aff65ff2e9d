"""Run code in one kernel, and never trust what the kernel says about it.

The kernel may send anything at any rate: forged replies, floods, messages that are not
messages. What is not understood is ignored; what would take too much memory closes the
connection, which is noticed; whatever it says, no wait is longer than its limit.
"""

import asyncio
import os
import time
from typing import Any, Self

import zmq
from jupyter_client.blocking import BlockingKernelClient
from zmq.utils.monitor import recv_monitor_message

from ppdl_course.classroom.grader.outputs import Outputs
from ppdl_course.classroom.judging.session import Listening
from ppdl_course.classroom.kernels.sandbox import Kernel

_TICK_MS = 50
_OBEY = 2.0
"""Seconds to follow an interrupt."""
_DELIVER = 5.0
"""Seconds to deliver what a cell has printed, after its end."""
_WAITING = 100
"""Messages kept for later while nobody reads."""


class Ended(Exception):
    """The kernel has ended, or must be ended; the text goes on "Cell 7 ..."."""


class Late(Exception):
    """The code took longer than it may."""


class Flooded(Exception):
    """The code printed and displayed more than it may."""


class Dialogue:
    """A connection to one kernel; use it in a ``with`` statement.

    Args:
        kernel: From ``Kernels.start``.
        outputs: Where to put what is printed and displayed.
        limit: The largest part of a message, in bytes, that is received at all.
    """

    def __init__(self, kernel: Kernel, outputs: Outputs, limit: int) -> None:
        self._kernel, self._outputs = kernel, outputs
        self._context = zmq.Context()
        self._context.setsockopt(zmq.MAXMSGSIZE, limit)
        self._context.setsockopt(zmq.RCVHWM, _WAITING)
        self._context.setsockopt(zmq.LINGER, 0)
        about = kernel.manager.get_connection_info(session=True)
        self._client = BlockingKernelClient(context=self._context, **about)
        self._client.start_channels(stdin=False, hb=False)
        self._shell = self._client.shell_channel.socket
        self._iopub = self._client.iopub_channel.socket
        self._monitor = self._iopub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self._poller = zmq.Poller()
        for socket in (self._iopub, self._monitor, self._shell):
            self._poller.register(socket, zmq.POLLIN)
        self._cut_off = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._iopub.disable_monitor()
        self._client.stop_channels()
        self._context.destroy(linger=0)

    def wait_until_ready(self, until: float) -> None:
        """Wait until a new kernel answers and its outputs arrive here.

        Args:
            until: On the clock of ``time.monotonic``.

        Raises:
            Ended: If it ended instead.
            Late: If it is not ready in time.
        """
        heard: set[str] = set()
        asked = 0.0
        while len(heard) < 2:
            if time.monotonic() > until:
                raise Late
            if time.monotonic() > asked + 1:  # what was sent before it listened is lost
                self._client.kernel_info()
                asked = time.monotonic()
            if received := self._receive():
                heard.add(received[0])

    def send(self, code: str, *, silent: bool = False) -> str:
        """Let the kernel run some code; return the number of the request."""
        return self._client.execute(
            code, silent=silent, store_history=not silent, stop_on_error=False
        )

    def finish(self, request: str, until: float, *, patient: bool = False) -> None:
        """Wait for the end of a request and collect its outputs.

        Args:
            request: From :meth:`send`.
            until: On the clock of ``time.monotonic``.
            patient: Go on if it prints too much.

        Raises:
            Ended: If the kernel ended in it.
            Late: If it does not come to an end in time.
            Flooded: If it prints too much.
        """
        idle, replied, grace = False, 0.0, _DELIVER
        leaving = False
        while not (replied and idle):
            if replied and time.monotonic() > replied + grace:
                self._outputs.lose()  # or it would have told that it is idle
                return
            if not replied and time.monotonic() > until:
                raise Late
            received = self._receive()
            if self._cut_off:  # it sent a larger message than it may
                self._cut_off, grace = False, _DELIVER / 20
                self._outputs.lose()
                self._connect_again()
            elif received:
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
        asked = None
        if os.name == "nt":
            asyncio.run(self._kernel.manager.interrupt_kernel())
        else:
            message = self._client.session.msg("interrupt_request", content={})
            self._client.control_channel.send(message)
            asked = message["msg_id"]
        try:
            self.finish(request, time.monotonic() + _OBEY, patient=True)
        except Late:
            raise Ended("went on after an interrupt: its kernel was ended") from None
        if asked and not self._obeyed(asked):
            raise Ended("does not answer an interrupt: its kernel was ended")

    def _obeyed(self, asked: str) -> bool:
        """Wait for the answer to an interrupt: until then, it could hit another cell.

        The cell may have ended by itself before the kernel read of the interrupt.
        """
        control = self._client.control_channel.socket
        until = time.monotonic() + _OBEY
        while (left := until - time.monotonic()) > 0:
            if control.poll(1000 * left):
                _, message, _ = self._read("control", control) or ("", {}, 0)
                if message and message["parent_header"].get("msg_id") == asked:
                    return True
        return False

    def wait_for_connection(
        self, listening: Listening, request: str, until: float
    ) -> None:
        """Wait until somebody connects, or will not since the request is over.

        Raises:
            Ended: If the kernel ended instead.
        """
        self._poller.register(listening.fileno(), zmq.POLLIN)
        try:
            while time.monotonic() < until:
                ready = dict(self._poller.poll(_TICK_MS))
                if listening.fileno() in ready:
                    return
                channel, message, _ = self._received(ready) or ("", {}, 0)
                if (
                    channel == "shell"
                    and message["parent_header"].get("msg_id") == request
                ):
                    return
        finally:
            self._poller.unregister(listening.fileno())

    def _receive(self) -> tuple[str, dict[str, Any], int] | None:
        """Return the channel, content and size of a message; None if there is none.

        Raises:
            Ended: If nothing is left of a kernel that ended.
        """
        return self._received(dict(self._poller.poll(_TICK_MS)))

    def _received(
        self, ready: dict[Any, int]
    ) -> tuple[str, dict[str, Any], int] | None:
        if self._iopub in ready:
            return self._read("iopub", self._iopub)
        if self._shell in ready:
            return self._read("shell", self._shell)
        if self._monitor in ready:
            recv_monitor_message(self._monitor)
            self._cut_off = self._outlives(0.5)
        elif not self._kernel.alive():
            raise Ended("ended the kernel")
        return None

    def _connect_again(self) -> None:
        """Hear the outputs again, after a message that closed the connection."""
        address = self._iopub.get_string(zmq.LAST_ENDPOINT)
        self._iopub.disconnect(address)
        self._iopub.connect(address)

    def _outlives(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self._kernel.alive() and time.monotonic() < until:
            time.sleep(0.01)
        return self._kernel.alive()

    def _read(
        self, channel: str, socket: zmq.Socket
    ) -> tuple[str, dict[str, Any], int] | None:
        received = socket.recv_multipart(zmq.NOBLOCK)
        try:
            _, parts = self._client.session.feed_identities(received)
            message = self._client.session.deserialize(parts)
            kinds = [type(message[key]) for key in ("parent_header", "content")]
        except Exception:  # no message of Jupyter's, whatever it is
            return None
        if kinds != [dict, dict] or not isinstance(message["msg_type"], str):
            return None
        return channel, message, len(parts[4])
