"""Time of a bootstrapped NAND gate.

toy_gate_ms         milliseconds a gate at the size of chapter 9, dimension 64
toy_noise           largest noise of 200 gates in a row, where 0.125 would be wrong
dimension_630_ms    milliseconds a gate at the size of the TFHE library's older default
                    (dimension 630, ring 1024; from memory, and no claim of security)
dimension_630_noise largest noise of 20 gates there
"""

import time

from ppdl_course.he.lattice.bootstrapping import Parameters, SecretKey

LARGE = Parameters(
    dimension=630,
    ring=1024,
    digit_bits=7,
    digits=3,
    switch_bits=2,
    switch_digits=8,
    lwe_noise=2.0**-15,
    ring_noise=2.0**-25,
)


def measure() -> dict[str, float]:
    toy_ms, toy_noise = chain(SecretKey(), 200)
    large_ms, large_noise = chain(SecretKey(LARGE), 20)
    return {
        "toy_gate_ms": toy_ms,
        "toy_noise": toy_noise,
        "dimension_630_ms": large_ms,
        "dimension_630_noise": large_noise,
    }


def chain(secret: SecretKey, gates: int) -> tuple[float, float]:
    """Run gates in a row, each checked; return milliseconds a gate, largest noise."""
    cloud, one = secret.cloud_key(), secret.encrypt(1)
    wire, bit, seconds, worst = secret.encrypt(1), 1, 0.0, 0.0
    for _ in range(gates):
        begin = time.perf_counter()
        wire = cloud.nand(wire, one)
        seconds += time.perf_counter() - begin
        bit = 1 - bit
        assert secret.decrypt(wire) == bit
        worst = max(worst, secret.noise(wire, bit))
    return 1000 * seconds / gates, worst
