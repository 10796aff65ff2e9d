"""A block cipher as a circuit, with a published vector: AES-128, or SIMON 64/128.

The circuit of AES-128 is a file of ``PPDL_DATA`` (see ``data``); SIMON is built by the
course itself (:func:`library.simon`) and stands in where that file is missing. Both
take the key as the garbler's input and the block as the evaluator's.

Sources: FIPS 197, appendix C.1; Beaulieu et al., ePrint 2013/404, appendix B.
"""

from dataclasses import dataclass

from ppdl_course.data import MissingDataError, bristol_path
from ppdl_course.mpc.circuits import bristol
from ppdl_course.mpc.circuits.circuit import Circuit
from ppdl_course.mpc.circuits.library import simon


@dataclass(frozen=True)
class BlockCipher:
    """A cipher and one published vector, big-endian hexadecimal.

    Attributes:
        name: The cipher, and where its vector stands.
        circuit: Key and block in, the encrypted block out.
        key: 128 bits.
        block: What is encrypted.
        encrypted: What it becomes.
    """

    name: str
    circuit: Circuit
    key: str
    block: str
    encrypted: str


def aes_or_simon() -> BlockCipher:
    """Return AES-128 if its circuit file is there, else SIMON 64/128."""
    try:
        text = bristol_path("aes_128.txt").read_text(encoding="ascii")
    except MissingDataError:
        return BlockCipher(
            "SIMON 64/128 (no AES file here)",
            simon(),
            "1b1a1918131211100b0a090803020100",
            "656b696c20646e75",
            "44c8fc20b9dfa07a",
        )
    return BlockCipher(
        "AES-128, FIPS-197 appendix C.1",
        bristol.read(text),
        "000102030405060708090a0b0c0d0e0f",
        "00112233445566778899aabbccddeeff",
        "69c4e0d86a7b0430d8cdb78070b4c55a",
    )
