"""Schnorr's signatures: against Ed25519, whose signatures are Schnorr's."""

import hashlib
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.publickey.groups import P256, SMALL_GROUP, TOY_GROUP
from ppdl_course.publickey.schnorr import (
    Aggregate,
    Signature,
    SigningKey,
    _factors,
    aggregate,
    challenge,
    verify,
    verify_aggregate,
)


class Edwards25519:
    """The curve of RFC 8032, section 5.1, written down from its formulas: slow."""

    p = 2**255 - 19
    order = 2**252 + 27742317777372353535851937790883648493
    d = -121665 * pow(121666, -1, p) % p

    def product(self, left, right):
        (x1, y1), (x2, y2), p = left, right, self.p
        t = self.d * x1 * x2 * y1 * y2
        x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, p)
        return x % p, (y1 * y2 + x1 * x2) * pow(1 - t, -1, p) % p

    def power(self, element, exponent):
        result = (0, 1)
        for bit in bin(exponent % self.order)[2:]:
            result = self.product(result, result)
            if bit == "1":
                result = self.product(result, element)
        return result

    def base_power(self, exponent):
        y = 4 * pow(5, -1, self.p) % self.p
        return self.power(self.decode(y.to_bytes(32, "little")), exponent)

    def encode(self, element):
        x, y = element
        return (y | (x & 1) << 255).to_bytes(32, "little")

    def decode(self, data):
        y = int.from_bytes(data, "little")
        sign, y, p = y >> 255, y & (2**255 - 1), self.p
        square = (y * y - 1) * pow(self.d * y * y + 1, -1, p) % p
        x = pow(square, (p + 3) // 8, p)
        if (x * x - square) % p:
            x = x * pow(2, (p - 1) // 4, p) % p
        assert (x * x - square) % p == 0
        return (x if x & 1 == sign else p - x), y


ED = Edwards25519()


def ed_challenge(nonce, public, message):
    digest = hashlib.sha512(nonce + public + message).digest()
    return int.from_bytes(digest, "little")


def ed_signed(message):
    """The public key and a signature by the library, as ours hold them."""
    key = Ed25519PrivateKey.generate()
    data = key.sign(message)
    response = int.from_bytes(data[32:], "little")
    public = ED.decode(key.public_key().public_bytes_raw())
    return key, public, Signature(ED.decode(data[:32]), response)


def test_signatures_of_ed25519_hold_and_changed_ones_do_not():
    for message in (b"", b"round 3", bytes(200)):
        key, public, signature = ed_signed(message)
        assert verify(ED, public, message, signature, challenge=ed_challenge)
        assert not verify(ED, public, message + b"!", signature, challenge=ed_challenge)
        moved = replace(signature, response=signature.response + 1)
        data = ED.encode(moved.nonce) + moved.response.to_bytes(32, "little")
        with pytest.raises(InvalidSignature):  # the library agrees
            key.public_key().verify(data, message)
        assert not verify(ED, public, message, moved, challenge=ed_challenge)


def test_an_aggregate_of_ed25519_holds_exactly_if_each_signature_does():
    messages = [b"a", b"b", b"c"]
    _, publics, signatures = zip(*map(ed_signed, messages), strict=True)
    folded = aggregate(ED, publics, messages, signatures)
    assert verify_aggregate(ED, publics, messages, folded, challenge=ed_challenge)
    swapped = [b"b", b"a", b"c"]
    assert not verify_aggregate(ED, publics, swapped, folded, challenge=ed_challenge)


def some(group, count):
    keys = [SigningKey(group) for _ in range(count)]
    messages = [b"message %d" % i for i in range(count)]
    pairs = zip(keys, messages, strict=True)
    signatures = [key.sign(message) for key, message in pairs]
    return [key.public for key in keys], messages, signatures


@pytest.mark.parametrize("group", [SMALL_GROUP, P256])
@settings(max_examples=15, deadline=None)
@given(st.integers(1, 6), st.data())
def test_an_aggregate_notices_any_one_change(group, count, data):
    publics, messages, signatures = some(group, count)
    folded = aggregate(group, publics, messages, signatures)
    assert verify_aggregate(group, publics, messages, folded)
    i = data.draw(st.integers(0, count - 1))
    other = SigningKey(group).public
    changed_key = [other if j == i else a for j, a in enumerate(publics)]
    changed_text = [b"other" if j == i else m for j, m in enumerate(messages)]
    nonces = tuple(other if j == i else r for j, r in enumerate(folded.nonces))
    assert not verify_aggregate(group, changed_key, messages, folded)
    assert not verify_aggregate(group, publics, changed_text, folded)
    assert not verify_aggregate(
        group, publics, messages, Aggregate(nonces, folded.response)
    )
    assert not verify_aggregate(
        group, publics, messages, replace(folded, response=folded.response ^ 1)
    )


@pytest.mark.parametrize("group", [TOY_GROUP, SMALL_GROUP, P256])
def test_a_signature_satisfies_the_equation_in_the_open(group):
    key = SigningKey(group, secret=7)
    signature = key.sign(b"m")
    c = challenge(group.encode(signature.nonce), group.encode(key.public), b"m")
    c %= group.order
    right = signature.nonce
    for _ in range(c if group is TOY_GROUP else 0):  # by multiplying, where q is 11
        right = group.product(right, key.public)
    if group is not TOY_GROUP:
        right = group.product(right, group.power(key.public, c))
    assert group.base_power(signature.response) == right
    if signature.response:
        assert verify(group, key.public, b"m", signature)


def test_two_errors_that_cancel_pass_without_factors():
    group = SMALL_GROUP
    publics, messages, (one, other) = some(group, 2)
    bad = [
        replace(one, response=(one.response + 5) % group.order),
        replace(other, response=(other.response - 5) % group.order),
    ]
    rows = list(zip(publics, messages, bad, strict=True))
    assert not any(verify(group, *row) for row in rows)
    right = 1
    for public, message, signature in rows:
        c = challenge(group.encode(signature.nonce), group.encode(public), message)
        right = group.product(right, signature.nonce)
        right = group.product(right, group.power(public, c % group.order))
    plain = sum(signature.response for signature in bad)
    assert group.base_power(plain % group.order) == right  # a plain sum is fooled
    folded = aggregate(group, publics, messages, bad)
    assert not verify_aggregate(group, publics, messages, folded)


def test_the_factors_follow_from_each_part_of_what_is_signed():
    """Whoever could change a part and keep the factors could aim at them."""
    publics, messages, signatures = some(SMALL_GROUP, 2)
    nonces = [signature.nonce for signature in signatures]
    other = SigningKey(SMALL_GROUP).public
    parts = [
        (publics, messages, nonces),
        ([publics[0], other], messages, nonces),
        (publics, [messages[0], b"other"], nonces),
        (publics, messages, [nonces[0], other]),
        (publics[::-1], messages, nonces),
    ]
    factors = [tuple(_factors(SMALL_GROUP, *part)) for part in parts]
    assert len(set(factors)) == 5
    assert all(0 < z <= 2**128 for row in factors for z in row)


def test_a_nonce_used_twice_gives_the_key_away():
    group, secret, k = SMALL_GROUP, 123456789, 987654321
    public, nonce = group.base_power(secret), group.base_power(k)
    c, s = [], []
    for message in (b"one", b"two"):
        c.append(challenge(group.encode(nonce), group.encode(public), message))
        s.append((k + c[-1] * secret) % group.order)
        assert verify(group, public, message, Signature(nonce, s[-1]))
    found = (s[0] - s[1]) * pow(c[0] - c[1], -1, group.order) % group.order
    assert found == secret


def test_each_signature_has_a_nonce_of_its_own():
    key = SigningKey(SMALL_GROUP)
    assert len({key.sign(b"m").nonce for _ in range(50)}) == 50


def test_what_is_not_as_many_is_refused():
    publics, messages, signatures = some(SMALL_GROUP, 2)
    sizes = r"as many, got \(2, 1, 2\)"
    with pytest.raises(ValueError, match=sizes):
        aggregate(SMALL_GROUP, publics, messages[:1], signatures)
    with pytest.raises(ValueError, match=r"got \(0, 0, 0\)"):
        aggregate(SMALL_GROUP, [], [], [])
    folded = aggregate(SMALL_GROUP, publics, messages, signatures)
    assert not verify_aggregate(SMALL_GROUP, publics[:1], messages[:1], folded)
    assert not verify_aggregate(SMALL_GROUP, [], [], Aggregate((), 1))


@pytest.mark.parametrize("response", [-1, 0, P256.order, 2**300])
def test_a_response_outside_the_group_is_refused(response):
    publics, messages, signatures = some(P256, 1)
    moved = replace(signatures[0], response=response)
    assert not verify(P256, publics[0], messages[0], moved)
    folded = Aggregate((moved.nonce,), response)
    assert not verify_aggregate(P256, publics, messages, folded)


@pytest.mark.parametrize("secret", [0, P256.order, -1])
def test_a_secret_outside_the_group_is_refused(secret):
    with pytest.raises(ValueError, match=r"secret must lie in 1\.\.order-1"):
        SigningKey(P256, secret)


def test_an_infinite_sum_is_no_signature():
    """R = -c A: the right side is the point at infinity, which has no coordinates."""
    public = P256.base_power(5)
    nonce = (public[0], -public[1] % P256.p)
    one = Signature(nonce, 1)
    assert not verify(P256, public, b"", one, challenge=lambda *_: 1)
    folded = Aggregate((nonce,), 1)
    assert not verify_aggregate(P256, [public], [b""], folded, challenge=lambda *_: 1)
