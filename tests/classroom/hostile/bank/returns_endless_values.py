# %% says="had to end the kernel: it takes too long"
"""Returns values that have no end when they are read."""

# %% above="bob_question"
import itertools


class Endless(list):
    def __len__(self):
        return 10

    def __iter__(self):
        return itertools.count()


class Slow:
    def __array__(self, *args, **kwargs):
        while True:
            pass


# %% answer="alice_list" earns=0
def alice_list(i, y, p):
    return Endless(range(10))


# %% answer="find_i" earns=0
def find_i(public, m, w):
    return itertools.count()


# %% answer="and_share" earns=0
def and_share(party, d, e, a, b, c):
    return Slow()
