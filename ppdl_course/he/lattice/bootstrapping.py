"""Bootstrapping for real, at toy size: a NAND gate on encrypted bits that resets noise.

    LWE     c = (a, b),   b = <a, s> + m + e   mod 1;   bit 1 is m = 1/8, bit 0 is -1/8
    NAND    (0, 1/8) - c1 - c2 has m > 0 exactly if not both bits are 1, but more noise
    then decrypt *under encryption*, with the secret key encrypted bit by bit:
      1 switch modulus   a, b to multiples of 1 / 2N
      2 blind rotation   X^(<a, s> - b) (1/8) (1 + X + ... + X^(N-1)), one encrypted
                         choice "multiply by X^(a_i) or not" for each key bit s_i
      3 extract          coefficient 0, which is +1/8 or -1/8: an LWE sample again,
      4 switch key       from the ring's key back to s

The output's noise comes from the keys alone, whatever noise came in, as long as the
input still decrypted. So gates can follow gates forever.

Numbers modulo 1 are int64 multiples of 2^-32, polynomials live modulo X^N + 1, and
products of them are computed exactly enough by a Fourier transform in float64.

Threat model: the server holds :class:`CloudKey` and ciphertexts, learns nothing if LWE
is hard AND if publishing the key encrypted under itself does no harm (circular
security: assumed, not proved; see ``circular``). INSECURE at :data:`TOY` size:
dimension 64 is solved on a laptop. Nothing here is audited.

Sources: C. Gentry, "Fully Homomorphic Encryption Using Ideal Lattices", STOC 2009 (the
idea); L. Ducas, D. Micciancio, "FHEW", EUROCRYPT 2015 (the gate); I. Chillotti, N.
Gama, M. Georgieva, M. Izabachene, "Faster Fully Homomorphic Encryption: Bootstrapping
in Less Than 0.1 Seconds", ASIACRYPT 2016 (this construction).
"""

from dataclasses import dataclass, field

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.he.lattice.sampling import rounded_normal, uniform

MODULUS = 2**32
EIGHTH = MODULUS // 8


@dataclass(frozen=True)
class Parameters:
    """Sizes of the scheme. Lengths in bits, noise as a fraction of the circle.

    Attributes:
        dimension: n, length of the LWE key.
        ring: N, degree of the ring, a power of two.
        digit_bits: Bits of a digit in the blind rotation.
        digits: Number of such digits.
        switch_bits: Bits of a digit in the key switch.
        switch_digits: Number of those digits.
        lwe_noise: Standard deviation of noise in LWE samples.
        ring_noise: Standard deviation of noise in ring samples.
    """

    dimension: int = 64
    ring: int = 256
    digit_bits: int = 8
    digits: int = 3
    switch_bits: int = 4
    switch_digits: int = 4
    lwe_noise: float = 2.0**-18
    ring_noise: float = 2.0**-25

    def __post_init__(self) -> None:
        if self.ring < 2 or self.ring & (self.ring - 1):
            raise ValueError(f"ring must be a power of two >= 2, got {self.ring}")
        for name in ("digit", "switch"):
            plural = f"{name}s" if name == "digit" else f"{name}_digits"
            bits = getattr(self, f"{name}_bits") * getattr(self, plural)
            if bits > 32:
                raise ValueError(
                    f"{name}_bits * {plural} must be at most 32, got {bits}"
                )


TOY = Parameters()
"""A gate in milliseconds; INSECURE."""


def centred(x: np.ndarray) -> np.ndarray:
    """Return the representative of ``x`` modulo 2^32 in [-2^31, 2^31)."""
    return (np.asarray(x) + MODULUS // 2) % MODULUS - MODULUS // 2


class SecretKey:
    """The client's key: encrypts and decrypts bits, and makes the server's key.

    A ciphertext is an int64 array of shape ``(dimension + 1,)``: ``a`` then ``b``.
    """

    def __init__(self, parameters: Parameters = TOY) -> None:
        self.parameters = parameters
        self._s = uniform(2, (parameters.dimension,))
        self._ring_key = uniform(2, (parameters.ring,))

    def encrypt(self, bit: int) -> np.ndarray:
        """Return a fresh ciphertext of ``bit``.

        Raises:
            ValueError: If ``bit`` is not 0 or 1.
        """
        between(0, 1, bit=bit)
        message = np.array(EIGHTH if bit else -EIGHTH)
        return _lwe_encrypt(message, self._s, self.parameters.lwe_noise)

    def phase(self, c: np.ndarray) -> float:
        """Return b - <a, s> as a fraction of the circle, in [-1/2, 1/2)."""
        return float(centred(c[-1] - c[:-1] @ self._s)) / MODULUS

    def decrypt(self, c: np.ndarray) -> int:
        """Return the bit: the sign of the phase."""
        return int(self.phase(c) > 0)

    def noise(self, c: np.ndarray, bit: int) -> float:
        """Return the distance of the phase from where ``bit`` belongs, unsigned."""
        gap = self.phase(c) - (1 / 8 if bit else -1 / 8)
        return abs((gap + 0.5) % 1 - 0.5)

    def cloud_key(self) -> "CloudKey":
        """Return the server's key: this key's bits, encrypted under the keys."""
        return CloudKey(
            self.parameters,
            _blind_rotation_key(self.parameters, self._s, self._ring_key),
            _switching_key(self.parameters, self._ring_key, self._s),
        )


@dataclass(frozen=True)
class CloudKey:
    """What the server holds: it computes gates and decrypts nothing.

    Attributes:
        parameters: The public sizes.
        rotation: Encrypted bits of s, transformed, complex, shape
            ``(dimension, 2 * digits, 2, ring / 2)``.
        switch: Encrypted pieces of the ring key, int64, shape
            ``(ring * switch_digits, dimension + 1)``.
    """

    parameters: Parameters
    rotation: np.ndarray = field(repr=False)
    switch: np.ndarray = field(repr=False)

    def nand(self, c1: np.ndarray, c2: np.ndarray) -> np.ndarray:
        """Return a ciphertext of NOT (x AND y), with the noise of a fresh gate."""
        linear = -(c1 + c2)
        linear[-1] += EIGHTH
        return self.bootstrap(linear)

    def bootstrap(self, c: np.ndarray) -> np.ndarray:
        """Return a fresh ciphertext of the sign of the phase of ``c``."""
        return self.switch_key(_extract(self.blind_rotation(c)))

    def blind_rotation(self, c: np.ndarray) -> np.ndarray:
        """Return the ring ciphertext (2, N) whose coefficient 0 is the sign over 8."""
        n, ring = self.parameters.dimension, self.parameters.ring
        step = MODULUS // (2 * ring)
        turns = (c + step // 2) // step % (2 * ring)
        # all coefficients 1/8: turned by the phase, coefficient 0 keeps the sign alone
        accumulator = np.zeros((2, ring), dtype=np.int64)
        accumulator[1] = EIGHTH
        accumulator = _times_power_of_x(accumulator, -int(turns[n]))
        for key_bit, turn in zip(self.rotation, turns[:n], strict=True):
            if turn:  # X^0 - 1 is 0: nothing to choose
                # acc + bit (X^turn acc - acc): one product, not one a branch
                change = _times_power_of_x(accumulator, int(turn)) - accumulator
                accumulator = accumulator + self._product(key_bit, change)
        return accumulator % MODULUS

    def _product(self, key_bit: np.ndarray, ring_pair: np.ndarray) -> np.ndarray:
        """Return an encryption of (key bit) x (message): the external product."""
        p = self.parameters
        digits = _digits(ring_pair, p.digit_bits, p.digits)  # (2, digits, N)
        spectrum = _forward(digits.reshape(2 * p.digits, p.ring))
        return _backward(np.einsum("dk,dck->ck", spectrum, key_bit))

    def switch_key(self, c: np.ndarray) -> np.ndarray:
        """Return ``c``, a sample under the ring's key, as a sample under s."""
        p = self.parameters
        digits = _digits(c[:-1], p.switch_bits, p.switch_digits)
        result = -(digits.T.reshape(-1) @ self.switch)
        result[-1] += c[-1]
        return result % MODULUS


def _lwe_encrypt(message: np.ndarray, key: np.ndarray, noise: float) -> np.ndarray:
    """Return samples of shape ``message.shape + (len(key) + 1,)``."""
    a = uniform(MODULUS, (*message.shape, len(key)))
    e = rounded_normal(noise * MODULUS, message.shape)
    return np.concatenate([a, (a @ key + message + e)[..., None]], axis=-1) % MODULUS


def _digits(x: np.ndarray, bits: int, count: int) -> np.ndarray:
    """Split off the ``count`` highest digits, each in [-2^(bits-1), 2^(bits-1)).

    The sum over j of digit_j * 2^(32 - bits (j + 1)) is x, rounded. Shape: a new
    second-to-last axis of length ``count``.
    """
    half, rest = 2 ** (bits - 1), 32 - bits * count
    # half added to every digit here and subtracted from it at the end makes digits
    # signed: at most half as large, so that a product adds a quarter of the variance,
    # and without a carry from digit to digit, so that all are cut out at once
    offset = half * sum(2 ** (32 - bits * (j + 1)) for j in range(count))
    # half of the last place rounds what is cut off, instead of always lowering it
    shifted = np.asarray(x) + offset + (2**rest >> 1)
    shifts = np.array([32 - bits * (j + 1) for j in range(count)])
    # the mask takes x modulo 2^32 too: no reduction before
    return ((shifted[..., None, :] >> shifts[:, None]) & (2**bits - 1)) - half


def _times_power_of_x(poly: np.ndarray, power: int) -> np.ndarray:
    """Return X^power times ``poly`` modulo X^N + 1; the last axis is coefficients."""
    ring = poly.shape[-1]
    power %= 2 * ring
    if power >= ring:
        poly, power = -poly, power - ring
    return np.concatenate([-poly[..., ring - power :], poly[..., : ring - power]], -1)


def _twist(ring: int) -> np.ndarray:
    return np.exp(1j * np.pi * np.arange(ring // 2) / ring)


def _forward(poly: np.ndarray) -> np.ndarray:
    """Evaluate real polynomials at one of each two conjugate roots of X^N + 1."""
    half = poly.shape[-1] // 2
    # X^(N/2) is i at these roots: a polynomial of N real is one of N/2 complex numbers,
    # and the twist moves the roots of unity of the transform onto them
    return np.fft.fft((poly[..., :half] + 1j * poly[..., half:]) * _twist(2 * half))


def _backward(spectrum: np.ndarray) -> np.ndarray:
    """Invert :func:`_forward` and round to integers."""
    folded = np.fft.ifft(spectrum) / _twist(2 * spectrum.shape[-1])
    return np.rint(np.concatenate([folded.real, folded.imag], -1)).astype(np.int64)


def _extract(ring_pair: np.ndarray) -> np.ndarray:
    """Return the LWE sample, under the ring key's coefficients, of coefficient 0."""
    a, b = ring_pair
    return np.concatenate([a[:1], -a[:0:-1], b[:1]]) % MODULUS


def _blind_rotation_key(
    p: Parameters, s: np.ndarray, ring_key: np.ndarray
) -> np.ndarray:
    """Encrypt each bit of ``s`` times each gadget power, in both columns."""
    shape = (p.dimension, 2 * p.digits, p.ring)
    a = uniform(MODULUS, shape)
    e = rounded_normal(p.ring_noise * MODULUS, shape)
    # centred: the transform's rounding error grows with the size of what goes in
    b = _backward(_forward(centred(a)) * _forward(ring_key)) + e
    rows = np.stack([a, b], axis=-2)
    for j in range(p.digits):
        power = 2 ** (32 - p.digit_bits * (j + 1))
        rows[:, j, 0, 0] += s * power
        rows[:, p.digits + j, 1, 0] += s * power
    return _forward(centred(rows))


def _switching_key(p: Parameters, ring_key: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Encrypt each coefficient of the ring key times each gadget power under ``s``."""
    powers = [2 ** (32 - p.switch_bits * (j + 1)) for j in range(p.switch_digits)]
    return _lwe_encrypt(np.outer(ring_key, powers).reshape(-1), s, p.lwe_noise)
