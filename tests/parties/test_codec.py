"""Tests for ppdl_course.parties.codec: the inverse, malformed bytes, bounds."""

import pickle

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ppdl_course.parties.codec import MAX_DEPTH, FrameError, decode, encode

ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**3000), 2**3000)
    | st.floats(allow_nan=False)
    | st.binary()
    | st.text()
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.integers() | st.text() | st.binary(), inner)
    ),
    max_leaves=20,
)
DTYPES = (
    hnp.boolean_dtypes()
    | hnp.integer_dtypes()
    | hnp.unsigned_integer_dtypes()
    | hnp.floating_dtypes(sizes=(16, 32, 64))
    | hnp.complex_number_dtypes(sizes=(64, 128))
)


@given(VALUES)
@example(-(2**64))
@example({"a": [(), [], b"", "", 0, -1, True, None]})
def test_every_value_comes_back_with_its_type(value):
    back = decode(encode(value))
    assert back == value
    assert repr(back) == repr(value)  # 1, 1.0 and True are equal but not the same


@given(
    DTYPES.flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0))
    )
)
def test_every_array_comes_back_in_shape_and_native_order(array):
    back = decode(encode(array))
    assert back.shape == array.shape
    assert back.dtype == array.dtype.newbyteorder("=")
    assert back.tobytes() == array.astype(back.dtype).tobytes()


@pytest.mark.parametrize(
    "scalar", [np.uint64(2**64 - 1), np.float32(0.5), np.bool_(True)]
)
def test_numpy_scalars_stay_scalars(scalar):
    back = decode(encode(scalar))
    assert type(back) is type(scalar)
    assert back == scalar


def test_decoded_arrays_are_writable_and_their_own():
    data = encode(np.arange(3))
    first = decode(data)
    first[0] = 7
    assert decode(data).tolist() == [0, 1, 2]


def test_views_and_transposes_are_sent_as_they_look():
    array = np.arange(12).reshape(3, 4)
    assert np.array_equal(decode(encode(array.T[::2])), array.T[::2])


@given(st.binary(max_size=60))
def test_any_bytes_decode_or_are_refused(data):
    try:
        value = decode(data)
    except FrameError:
        return
    again = encode(value)
    assert encode(decode(again)) == again


@given(VALUES, st.data())
def test_a_message_cut_short_is_refused(value, data):
    whole = encode(value)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(FrameError):
        decode(whole[:cut])


def test_bytes_left_over_are_refused():
    with pytest.raises(FrameError, match="1 bytes left over"):
        decode(encode(5) + b"N")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "ends early"),
        (b"?", "unknown tag"),
        (b"i*\x00", "sign"),
        (b"b\xff\xff\xff\xff\x7f", "ends early"),
        (b"l\xff\xff\xff\xff\x7f", "ends early"),
        (b"b" + b"\xff" * 9, "63 bits"),
        (b"s\x01\xff", "UTF-8"),
        (b"d\x01l\x00N", "hashable"),
        (b"d\x02NNNN", "twice"),
        (b"a\x02O8\x00", "dtype"),
        (b"a\x03V16\x00" + bytes(16), "dtype"),
        (b"a\x02u1\x40", "axes"),
        (b"a\x02u8\x01\xff\xff\xff\xff\xff\x7f", "ends early"),
        (b"a\x02b1\x00\x02", "neither 0 nor 1"),
        (b"n\x02u1\x01\x01\x00", "scalar"),
        (b"l\x01" * (MAX_DEPTH + 1) + b"N", "nested"),
    ],
)
def test_malformed_bytes_are_refused_with_the_reason(data, message):
    with pytest.raises(FrameError, match=message):
        decode(data)


@given(
    st.binary(max_size=12)
    | st.from_regex(r"[(\[,<>=biufcV0-9 ]{0,12}", fullmatch=True),
    st.binary(max_size=24),
)
def test_whatever_is_called_a_dtype_is_a_number_or_refused(name, rest):
    name = name.encode() if isinstance(name, str) else name
    try:
        value = decode(b"a" + bytes([len(name)]) + name + rest)
    except FrameError:
        return
    assert value.dtype.kind in "biufc"
    assert value.nbytes <= len(rest)


def test_a_pickle_is_not_a_message():
    with pytest.raises(FrameError):
        decode(pickle.dumps({"a": 1}))


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, 1j, np.array(["a"]), np.array([object()])]
)
def test_unknown_types_are_not_sent(value):
    with pytest.raises(TypeError, match="cannot send"):
        encode(value)


def test_nesting_is_bounded_when_sending():
    value = None
    for _ in range(MAX_DEPTH + 1):
        value = [value]
    with pytest.raises(ValueError, match="nested more than 32"):
        encode(value)


def test_the_items_of_all_lists_together_can_be_limited():
    data = encode([[1, 2], (3, np.zeros(1000)), {"a": []}])
    items = 3 + 2 + 2 + 1
    assert len(decode(data, most_items=items)) == 3
    with pytest.raises(FrameError, match="message has too many items"):
        decode(data, most_items=items - 1)
