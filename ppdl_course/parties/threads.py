"""Run the programs of all parties at once, in threads of one process."""

import threading
from collections.abc import Callable
from typing import Any

from ppdl_course.parties.channel import Channel, Endpoint, PeerGone


def run(channel: Channel, *programs: Callable[[Endpoint], Any]) -> list[Any]:
    """Run one program for each party at the same time; return what each returned.

    Args:
        channel: Its parties, in order, get the programs.
        programs: Each is called with its party's endpoint, in a thread of its own.

    Raises:
        ValueError: If the numbers of parties and programs differ.
        Exception: The first error of a party. When one fails its end is closed, so
            that the others do not wait for it.
    """
    if len(programs) != len(channel.ends):
        raise ValueError(f"{len(channel.ends)} parties, but {len(programs)} programs")
    results: list[Any] = [None] * len(programs)
    errors: list[BaseException] = []

    def play(index: int) -> None:
        try:
            results[index] = programs[index](channel.ends[index])
        except BaseException as error:  # kept for the caller: a thread would lose it
            errors.append(error)
            channel.ends[index].close()

    threads = [
        threading.Thread(target=play, args=(i,), daemon=True)
        for i in range(len(programs))
    ]
    channel._running += 1
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        channel._running -= 1
    if errors:  # PeerGone is what the others get when one fails: seldom the cause
        raise next((e for e in errors if not isinstance(e, PeerGone)), errors[0])
    return results
