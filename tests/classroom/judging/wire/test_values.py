"""Values that cross between a check and a sandbox, and forged ones that do not."""

import math
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.classroom.judging.wire import values
from ppdl_course.classroom.judging.wire.messages import MAX_BYTES, Broken
from ppdl_course.parties.codec import MAX_DEPTH


def nothing(_):
    return None


def refuse(value):
    raise Broken(str(value))


def crossed(value):
    """What arrives on the other side."""
    return values.lift(values.unpack(values.pack(values.lower(value, nothing))), refuse)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
    | st.fractions(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner)
    ),
    max_leaves=20,
)


@given(plain)
def test_plain_values_come_back_as_they_were_and_of_the_same_type(value):
    back = crossed(value)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        frozenset({1, 2}),
        {frozenset({1, 2}), frozenset()},
        {frozenset({1, 2}): 3},
        range(3, 9, 2),
        bytearray(b"ab"),
        Decimal("1.5"),
        Fraction(1, 3),
        10**400,
        [(1, [2.5, {"k": {3}}])],
    ],
)
def test_other_values_of_the_standard_library_cross(value):
    assert crossed(value) == value
    assert type(crossed(value)) is type(value)


@pytest.mark.parametrize("wrap", [lambda v: [v], lambda v: (v,), lambda v: {1: v}])
def test_a_value_of_any_depth_crosses_and_what_lies_too_deep_is_a_name(wrap):
    value = 1
    for _ in range(99):
        value = wrap(value)
    back, depth = crossed(value), 0
    while isinstance(back, list | tuple | dict):
        (back,) = back.values() if isinstance(back, dict) else back
        depth += 1
    assert depth >= 8
    assert isinstance(back, values.Opaque)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.array([], dtype=np.int8),
        np.array([1 + 2j]),
        np.array([2**70, 1], dtype=object),
        np.array(["theft", "fraud"]),
        np.array([[True], [False]]),
    ],
)
def test_arrays_keep_their_shape_kind_and_entries(array):
    back = crossed(array)
    assert back.shape == array.shape
    assert back.dtype.kind == array.dtype.kind
    assert np.array_equal(back, array)


def test_tensors_cross_without_their_record_for_gradients():
    torch = pytest.importorskip("torch")
    back = crossed(torch.ones(2, 3, requires_grad=True) * 2)
    assert torch.equal(back, torch.full((2, 3), 2.0))
    assert not back.requires_grad


def test_of_a_subclass_only_the_value_crosses():
    class AlwaysEqual(int):
        def __eq__(self, other):
            return True

        __hash__ = int.__hash__

    Pair = namedtuple("Pair", "x m")
    back = crossed([AlwaysEqual(3), Pair(1, 2)])
    assert [type(value) for value in back] == [int, tuple]
    assert back != [4, (1, 2)]
    assert back == [3, (1, 2)]


def test_an_iterator_arrives_as_an_iterator():
    back = crossed(x * x for x in range(4))
    assert next(back) == 0
    assert list(back) == [1, 4, 9]


def test_what_is_not_a_value_arrives_as_a_name_that_can_do_nothing():
    class Fake:
        def __eq__(self, other):
            return True

        __hash__ = None

    back = crossed(Fake())
    assert type(back).__name__ == "Fake"
    assert back != 7
    with pytest.raises(TypeError):
        float(back)


def test_a_value_nested_too_deep_is_cut_off_instead_of_growing():
    value = []
    value.append(value)
    back, depth = crossed(value), 0
    while isinstance(back, list):
        (back,), depth = back, depth + 1
    assert isinstance(back, values.Opaque)
    assert 10 < depth < MAX_DEPTH


@given(st.binary(max_size=60))
def test_bytes_that_are_no_value_are_refused_and_do_nothing_else(data):
    try:
        value = values.unpack(data)
        values.lift(value, refuse)
    except Broken:
        return
    assert values.unpack(values.pack(value)) is not None or value is None


TEXTS = [*[""] * (2**14 - 1), "x" * 2**13]
"""Short to send; as an array each takes the room of the longest."""


@pytest.mark.parametrize(
    "forged",
    [
        {"$": "ref", "id": 1},
        {"$": "class", "name": "os.system"},
        {"$": "dict", "pairs": [[1]]},
        {"$": "dict", "pairs": [[[], 1]]},
        {"$": "array", "kind": "O", "shape": [3], "items": [1]},
        {"$": "array", "kind": "O", "shape": [-1, -1], "items": [1]},
        {"$": "range", "data": [0, 1, 0]},
        {"$": "range", "data": [0, 10**9, 1]},
        {"$": "range", "data": [0, 10**30, 1]},
        {"$": "decimal", "data": "1e999999999"},
        {"$": "decimal", "data": "1e-999999999"},
        {"$": "fraction", "data": [1, 0]},
        {"$": "tensor", "data": "x"},
        {"$": "bytearray", "data": 10},
        {"$": "array", "kind": "U", "shape": [2**14], "items": TEXTS},
        {"$": "array", "kind": "O", "shape": [{}], "items": [1]},
        {"no": "kind"},
        1 << (values.MAX_BITS + 1),
    ],
    ids=lambda forged: str(forged)[:30] if isinstance(forged, dict) else "long",
)
def test_forged_values_are_refused(forged):
    with pytest.raises(Broken):
        values.lift(forged, refuse)


def test_floats_that_are_no_numbers_cross_too():
    assert math.isnan(crossed(float("nan")))
    assert crossed(np.float32("inf")) == np.inf


def test_a_message_of_many_empty_lists_is_refused_before_it_fills_the_memory():
    few = values.pack([[]] * 127)
    assert few == b"l\x7f" + b"l\0" * 127
    count = bytes([0x80 | 30_000_000 >> shift & 0x7F for shift in (0, 7, 14)])
    crowd = b"l" + count + bytes([30_000_000 >> 21]) + b"l\0" * 30_000_000
    assert len(crowd) < MAX_BYTES
    with pytest.raises(Broken, match="too many items"):
        values.unpack(crowd)


def texts(count, longest):
    items = ["x" * longest] + [""] * (count - 1)
    return {"$": "array", "kind": "U", "shape": [count], "items": items}


def test_the_parts_of_a_message_share_its_room():
    # Each alone would have room: 4 bytes for each sign of the longest, in each place.
    part = texts(1_000, 1_000)
    assert values.lift(part, refuse).nbytes == 4_000_000
    with pytest.raises(Broken, match="more than the message has left"):
        values.lift([part] * 100, refuse)
    room = values.Room()
    room.take(MAX_BYTES - 5_000_000, "something")
    values.lift(part, refuse, room)
    with pytest.raises(Broken, match="more than the message has left"):
        values.lift(part, refuse, room)


def test_opaque_values_take_room_since_each_has_a_class():
    opaque = {"$": "opaque", "kind": "Thing", "text": "a thing"}
    assert len(values.lift([opaque] * 100, refuse)) == 100
    room = values.Room()
    room.take(MAX_BYTES - 10_000, "something")
    with pytest.raises(Broken, match="an opaque value takes"):
        values.lift([opaque] * 100, refuse, room)
