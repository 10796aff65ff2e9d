# %% says="belongs to the grader"
"""Sends a pickle that would start a program, wherever somebody might unpickle it."""

# %% above="bob_question"
import pickle

import ppdl_course.classroom.judging.answers as answers


class Bomb:
    def __reduce__(self):
        return eval, ("open('__ROOT__/__MARK__', 'w') or __import__('os')._exit(9)",)


def bomb(value):
    return pickle.dumps(Bomb())


# %% answer="and_share" earns=0
def and_share(party, d, e, a, b, c):
    answers.pack = bomb
    return Bomb()
