# %% says=""
"""Returns values that contain themselves, or each other, without end."""


# %% answer="alice_list" earns=0
def alice_list(i, y, p):
    deep = []
    for _ in range(200_000):
        deep = [deep]
    return deep


# %% answer="find_i" earns=0
def find_i(public, m, w):
    knot = {}
    knot["knot"] = [knot, (knot,)]
    knot[1] = knot.values()
    return knot


# %% answer="and_share" earns=0
def and_share(party, d, e, a, b, c):
    ring = np.empty(1, dtype=object)
    ring[0] = ring
    return ring
