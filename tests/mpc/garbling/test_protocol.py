"""The whole protocol over a channel, in memory, over TCP and between processes."""

import numpy as np
import pytest

from ppdl_course.data import MissingDataError, bristol_path
from ppdl_course.mpc.circuits import bristol
from ppdl_course.mpc.circuits.builder import Builder
from ppdl_course.mpc.circuits.circuit import from_bits, to_bits
from ppdl_course.mpc.circuits.library import load, simon
from ppdl_course.mpc.garbling.protocol import digest, play_evaluator, play_garbler
from ppdl_course.mpc.label_hash import as_bytes
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.processes import Program, launch
from ppdl_course.parties.threads import run

RNG = np.random.default_rng(9)
LESS_THAN = load("less_than_32")


def play(circuit, mine, theirs, *, tcp=False, **options):
    channel = Channel("garbler", "evaluator", tcp=tcp)
    results = run(
        channel,
        lambda end: play_garbler(end, circuit, mine, **options),
        lambda end: play_evaluator(end, circuit, theirs, **options),
    )
    channel.close()
    return results, channel


@pytest.mark.parametrize("tcp", [False, True])
@pytest.mark.parametrize(("x", "y"), [(7, 9), (9, 7), (7, 7), (2**32 - 1, 0)])
def test_two_millionaires_compare(x, y, tcp):
    results, _ = play(LESS_THAN, to_bits(x, 32), to_bits(y, 32), tcp=tcp)
    assert [from_bits(bits) for bits in results] == [x < y, x < y]


def test_many_instances_at_once():
    circuit = load("shared_argmax_10x8")
    x, y = RNG.integers(0, 2, (2, 80, 150)).astype(bool)
    results, _ = play(circuit, x, y)
    expected = circuit.evaluate(np.concatenate([x, y]))
    assert np.array_equal(results[0], expected)
    assert np.array_equal(results[1], expected)


def test_only_the_evaluator_learns_where_that_is_agreed():
    (first, second), channel = play(
        LESS_THAN, to_bits(1, 32), to_bits(2, 32), output_to_both=False
    )
    assert first is None
    assert from_bits(second) == 1
    assert "output" not in [message.label for message in channel.messages]


def test_simon_encrypts_under_a_key_the_owner_of_the_block_never_sees():
    circuit = simon()
    key, block = 0x1B1A1918131211100B0A090803020100, 0x656B696C20646E75
    results, _ = play(circuit, to_bits(key, 128), to_bits(block, 64))
    assert from_bits(results[1]) == 0x44C8FC20B9DFA07A


def test_aes_encrypts_the_fips_197_vector():
    try:
        text = bristol_path("aes_128.txt").read_text(encoding="ascii")
    except MissingDataError as missing:
        pytest.skip(str(missing))
    key = 0x000102030405060708090A0B0C0D0E0F
    block = 0x00112233445566778899AABBCCDDEEFF
    results, channel = play(
        bristol.read(text), to_bits(key, 128), to_bits(block, 128), tcp=True
    )
    assert from_bits(results[1]) == 0x69C4E0D86A7B0430D8CDB78070B4C55A
    tables = [m.payload for m in channel.messages if m.label == "tables"]
    assert sum(table.nbytes for table in tables) == 32 * 6400


def test_a_flipped_bit_on_the_wire_is_not_noticed_by_colours():
    """What the chapter says: the protocol decodes by colours, so garbage is a bit too.

    One row of one gate is damaged in 200 instances. It is read in half of them and then
    gives a random answer: none is refused, and all are right with probability 0.75^200.
    """

    def flip(message):
        payload = message.payload
        if message.label == "tables":
            payload[0, 0, :, 0] ^= np.uint64(1 << 40)
        return payload

    channel = Channel("garbler", "evaluator", adversary=flip)
    x, y = (np.repeat(to_bits(n, 32)[:, None], 200, axis=1) for n in (5, 6))
    results = run(
        channel,
        lambda end: play_garbler(end, LESS_THAN, x),
        lambda end: play_evaluator(end, LESS_THAN, y),
    )
    assert 10 < results[1].sum() < 200


def test_rounds_do_not_depend_on_the_circuit():
    rounds = set()
    for circuit in (LESS_THAN, simon()):
        bits = [np.zeros(n, bool) for n in circuit.inputs]
        rounds.add(play(circuit, *bits)[1].rounds)
    assert len(rounds) == 1


def test_what_crosses_holds_one_label_a_wire_and_never_r():
    """No pair of 16-byte strings on the wire differs by R, and R itself is not there:
    the evaluator has one label of each wire, not two."""
    _, channel = play(LESS_THAN, to_bits(5, 32), to_bits(6, 32))
    notes = {note.label: note.value for note in channel.notes}
    offset = int.from_bytes(notes["R of instance 0"], "little")
    sent = next(m.payload for m in channel.messages if m.label == "labels")
    known = [*sent[:, 0], *notes["own labels, by OT"], *notes["output labels"]]
    numbers = [int.from_bytes(as_bytes(label), "little") for label in known]
    assert not {a ^ offset for a in numbers} & set(numbers)
    assert offset not in numbers
    everything = b"".join(message.body for message in channel.messages)
    assert offset.to_bytes(16, "little") not in everything


def test_the_garblers_messages_have_one_length_whatever_its_bits():
    sizes = []
    for x in (0, 2**32 - 1):
        _, channel = play(LESS_THAN, to_bits(x, 32), to_bits(6, 32))
        sizes.append([(m.sender, m.label, m.size) for m in channel.messages])
    assert sorted(sizes[0]) == sorted(sizes[1])


def test_two_processes_compare_over_tcp():
    text = bristol.write(LESS_THAN)
    module = "ppdl_course.mpc.garbling.protocol"
    outcome = launch(
        Program("Alice", f"{module}:garbler", (text, 7_000_000)),
        Program("Bob", f"{module}:evaluator", (text, 9_000_000)),
    )
    assert outcome.results == {"Alice": 1, "Bob": 1}


def test_another_circuit_is_refused():
    channel = Channel("garbler", "evaluator")
    bits = np.zeros(32, bool)
    with pytest.raises(ValueError, match="circuit must be the evaluator's"):
        run(
            channel,
            lambda end: play_garbler(end, load("adder_32"), bits),
            lambda end: play_evaluator(end, LESS_THAN, bits),
        )
    assert digest(LESS_THAN) == digest(load("less_than_32"))


def test_another_number_of_instances_is_refused():
    channel = Channel("garbler", "evaluator")
    with pytest.raises(ValueError, match="instances must be 2, the garbler has 3"):
        run(
            channel,
            lambda end: play_garbler(end, LESS_THAN, np.zeros((32, 3), bool)),
            lambda end: play_evaluator(end, LESS_THAN, np.zeros((32, 2), bool)),
        )


@pytest.mark.parametrize("player", [play_garbler, play_evaluator])
def test_bits_other_than_0_and_1_are_refused_before_anything_is_sent(player):
    channel = Channel("garbler", "evaluator")
    with pytest.raises(ValueError, match="bits must hold 0 and 1 only"):
        player(channel.ends[0], LESS_THAN, np.full(32, 2))
    assert channel.messages == []


def test_a_circuit_or_bits_that_do_not_fit_are_refused():
    end = Channel("garbler", "evaluator")["garbler"]
    with pytest.raises(ValueError, match="bits must have length 32"):
        play_garbler(end, LESS_THAN, np.zeros(31, bool))
    with pytest.raises(ValueError, match="bits must have one or two axes, got 3"):
        play_garbler(end, LESS_THAN, np.zeros((32, 1, 1), bool))
    b = Builder()
    x = b.input(2)
    with pytest.raises(ValueError, match="circuit must have two inputs, got 1"):
        play_garbler(end, b.build(b.and_(*x)), np.zeros(2, bool))
