# %% says="kernel"
"""Returns numbers, lists and arrays that take more memory than there is."""


# %% answer="find_i" earns=0
def find_i(public, m, w):
    return 1 << (1 << 28)


# %% answer="draw_exponent" earns=0
def draw_exponent(q):
    return "9" * 200_000_000


# %% answer="and_share" earns=0
def and_share(party, d, e, a, b, c):
    return np.broadcast_to(np.int64(1), (1 << 40,))
