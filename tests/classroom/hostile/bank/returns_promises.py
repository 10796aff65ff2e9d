# %% says="a range of 1,000,000,000,000,000 numbers|a decimal number of 999,999,999 digits"
"""Returns small values that become large ones as soon as a check works with them."""


# %% answer="alice_list" earns=0
def alice_list(i, y, p):
    return range(10**15)


# %% answer="find_i" earns=0
def find_i(public, m, w):
    from decimal import Decimal

    return Decimal("1e999999999")


# %% answer="and_share" earns=0
def and_share(party, d, e, a, b, c):
    from fractions import Fraction

    return Fraction(1 << 900_000, 3)
