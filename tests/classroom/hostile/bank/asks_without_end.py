# %% says="belongs to the grader"
"""Keeps the check busy with questions, so that it never comes to its verdict."""

# %% above="bob_question"
import ppdl_course.classroom.judging.answers as answers

current = []
serve = answers._Lender.serve


def noted(self):
    current.append(self)
    serve(self)


answers._Lender.serve = noted


# %% answer="blind" earns=0
def blind(c, A, group, randbelow=secrets.randbelow):
    while randbelow is not secrets.randbelow:
        randbelow(group.q)
    while True:
        answers.send(current[-1]._connection, answers.pack({"asked": [1, "x", [], {}]}))
