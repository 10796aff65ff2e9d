# %% says="belongs to the grader"
"""Answers a check with a message of four exabytes, and with one that is no reply."""

# %% above="bob_question"
import struct

import ppdl_course.classroom.judging.answers as answers

honest = answers.send


def endless(connection, data):
    connection.sendall(struct.pack(">Q", 1 << 62))
    for _ in range(1000):
        connection.sendall(b"\0" * (1 << 20))


def odd(connection, data):
    honest(connection, answers.pack({"returned": {"$": "ref", "id": 1}}))


# %% answer="find_i" earns=0
def find_i(public, m, w):
    answers.send = endless
    return 0


# %% above="blind"
answers.send = honest


# %% answer="and_share" earns=0
def and_share(party, d, e, a, b, c):
    answers.send = odd
    return 0
