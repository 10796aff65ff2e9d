# %% says="belongs to the grader"
"""Asks the check for what is none of its business, in words of the protocol."""

# %% above="bob_question"
import ppdl_course.classroom.judging.answers as answers

lender = answers._Lender
serve = lender.serve
told = []


def curious(self):
    told.append(self)
    serve(self)


lender.serve = curious
NAMES = ["__globals__", "__code__", "__closure__", "__self__", "__class__", "__dict__"]
NAMES += ["__reduce_ex__", "__init__", "__getattribute__", "gi_frame", "func"]
given = []


# %% answer="blind" earns=3
def blind(c, A, group, randbelow=secrets.randbelow):
    for number in range(1, 4) if randbelow is not secrets.randbelow else ():
        for name in NAMES:
            try:
                given.append((name, told[-1].ask(number, name, (1,))))
            except (AttributeError, TypeError) as error:
                pass
            if number > 1:
                break
        break
    if not (1 <= A < group.p and pow(A, group.q, group.p) == 1):
        raise ValueError(f"A is not in the group: {A}")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% above="and_share" shows="given: []"
print("given:", given)
