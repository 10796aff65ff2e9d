# %% says=""
"""Writes down what its function is called with. That stays possible: docs/security.md."""

# %% above="find_i"
calls = []


# %% answer="find_i" earns=2
def find_i(public, m, w):
    calls.append((public.n, m, list(w)))
    n = public.n
    return sum(public.encrypt(entry) == (m + u) % n for u, entry in enumerate(w))


# %% above="blind" shows="called with"
print("called with", len(calls) > 0, calls[-1])
