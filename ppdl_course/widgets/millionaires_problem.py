"""Widgets of chapter 4: Yao's list of numbers by range, numbers and view."""

import time

import ipywidgets as widgets

from ppdl_course.figures.millionaires_problem import number_list
from ppdl_course.figures.picture import Picture, counted
from ppdl_course.figures.transcript import EVERYONE
from ppdl_course.mpc.millionaires.yao import Alice, Bob, make_key
from ppdl_course.parties.codec import encode
from ppdl_course.widgets.explorer import Explorer

_KEY_BITS = 256


def list_explorer(*, largest: int = 60) -> Explorer:
    """Return Yao's protocol with sliders for the range and both numbers.

    Every redraw runs the protocol, with a toy key so that it follows the slider.

    Args:
        largest: Upper end of the range's slider.
    """
    key = make_key(_KEY_BITS)

    def figure(size: int, i: int, j: int, view: str) -> Picture:
        start = time.perf_counter()
        alice = Alice(i, size, key)
        bob = Bob(j, size, key.public)
        p, w = alice.raised_list(alice.candidates(bob.m))
        bob.answer(p, w)
        spent = 1000 * (time.perf_counter() - start)
        picture = number_list(p, w, i=i, j=j, x=bob._x, view=view)
        work = counted(size, "decryption")
        count = f"{work}, {len(encode((p, w))):,} bytes, {spent:.1f} ms"
        picture.axes[0].set_xlabel(f"place u in the list ({count})")
        picture.alt += f" {count}, key of {_KEY_BITS} bits."
        return picture

    def slider(value: int, name: str, most: int) -> widgets.IntSlider:
        return widgets.IntSlider(value=value, min=1, max=most, description=name)

    size = slider(10, "range R", largest)
    numbers = {"i": slider(7, "Alice's i", 10), "j": slider(4, "Bob's j", 10)}
    for number in numbers.values():  # none lies outside the range, whatever that is
        widgets.dlink((size, "value"), (number, "max"))
    controls = {
        "size": size,
        **numbers,
        "view": widgets.Dropdown(
            options=(EVERYONE, "Alice", "Bob"), value=EVERYONE, description="view of"
        ),
    }
    start = {"size": 10, "i": 7, "j": 4, "view": EVERYONE}
    return Explorer(
        figure,
        controls,
        caption="Drag the range: work and bytes follow it in proportion. Then take "
        "Bob's view and move i: what changes for him?",
        states=[start, start | {"view": "Bob"}, start | {"size": 50, "j": 30}],
    )
