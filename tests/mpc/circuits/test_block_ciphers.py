"""Tests for ppdl_course.mpc.circuits.block_ciphers."""

import pytest

from ppdl_course.data import MissingDataError, bristol_path
from ppdl_course.mpc.circuits.block_ciphers import aes_or_simon


def encrypt(cipher):
    key, block = int(cipher.key, 16), int(cipher.block, 16)
    return f"{cipher.circuit.compute(key, block):0{len(cipher.block)}x}"


def test_without_the_file_simon_stands_in_and_says_so(monkeypatch):
    monkeypatch.delenv("PPDL_DATA", raising=False)
    cipher = aes_or_simon()
    assert cipher.name == "SIMON 64/128 (no AES file here)"
    assert encrypt(cipher) == cipher.encrypted == "44c8fc20b9dfa07a"


def test_with_the_file_it_is_aes():
    """The vector of FIPS 197, against the library that the world uses."""
    try:
        bristol_path("aes_128.txt")
    except MissingDataError as error:
        pytest.skip(str(error))
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    cipher = aes_or_simon()
    key, block = bytes.fromhex(cipher.key), bytes.fromhex(cipher.block)
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    expected = encryptor.update(block).hex()
    assert encrypt(cipher) == cipher.encrypted == expected
