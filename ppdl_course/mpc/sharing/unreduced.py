"""A published way to share numbers that gives signs away: chapter 5 shows the leak.

    x = x_1 + ... + x_n modulo Q,   the last share not reduced modulo Q

Shares 1 to n - 1 are uniform on 0..Q-1, but the last one is uniform on x+1..x+Q: it is
above Q with probability x / Q, which is near 1 for the residue of a small negative
number. Use ``additive`` in earnest.
"""

import secrets


def unreduced_shares(x: int, n: int, modulus: int) -> list[int]:
    """Return n shares with sum x modulo ``modulus``, of which the last one leaks.

    Args:
        x: In 0..modulus-1; a negative number is modulus minus its size.
        n: How many shares, 2 or more.
        modulus: Q.
    """
    first = [secrets.randbelow(modulus) for _ in range(n - 1)]
    return [*first, modulus - sum(first) % modulus + x]
