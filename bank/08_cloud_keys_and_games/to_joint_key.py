# %% equivalent="the two lines do not read each other"
# m = (part * pow(T1, lam2, square) % square - 1) // N; h, s = (math.prod(keys) % square, 1 + secrets.randbelow(N // 4)) -> h, s = (math.prod(keys) % square, 1 + secrets.randbelow(N // 4)); m = (part * pow(T1, lam2, square) % square - 1) // N


# %% equivalent="the quotient is the same: 1 + m N, or 2 + m N"
# m = (part * pow(T1, lam2, square) % square - 1) // N -> m = (part * pow(T1, lam2, square) % square + 1) // N
# m = (part * pow(T1, lam2, square) % square - 1) // N -> m = (part * pow(T1, lam2, square) % square - 0) // N


# %% equivalent="s may be one more, or its opposite: g^s is as random"
# 1 + secrets.randbelow(N // 4) -> 1 - secrets.randbelow(N // 4)
# 1 + secrets.randbelow(N // 4) -> 2 + secrets.randbelow(N // 4)
# 1 + secrets.randbelow(N // 4) -> 0 + secrets.randbelow(N // 4)


# %% equivalent="a longer range hides as well, and the exponent cannot be seen"
# N // 4 -> N // 3

# %% right="finish, then encrypt"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% right="the number is never taken out"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N**2
    s = secrets.SystemRandom().randint(1, N // 4)
    first = part * pow(T1, lam2, square) % square
    for h in keys:
        first = first * pow(h, s, square) % square
    return [first, pow(g, s, square)]


# %% right="quotient without taking off the one"
def to_joint_key(T1, part, lam2, keys, N, g):
    square, h = N * N, 1
    for key in keys:
        h = h * key % square
    m = pow(T1, lam2, square) * part % square // N
    data = secrets.token_bytes(N.bit_length() // 8 + 16)
    s = int.from_bytes(data, "big") % (N // 4) + 1
    return pow(1 + N, m, square) * pow(h, s, square) % square, pow(g, s, square)


# %% wrong="no randomness" says="Where is the fresh s"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    return math.prod(keys) * (1 + m * N) % square, g


# %% wrong="sum of the keys" says="the keys are added"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = sum(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="joint key modulo N" says="the joint key was reduced modulo N"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % N, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="the first key" says="the weak key of user 0 alone"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    s = 1 + secrets.randbelow(N // 4)
    return pow(keys[0], s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="the last key left out" says="the key of user 2 is left out"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys[:-1] or keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="three keys, always" says="the sum of all"
def to_joint_key(T1, part, lam2, keys, N, g):
    square, h = N * N, 1
    m = (part * pow(T1, lam2, square) % square - 1) // N
    for k in range(3):
        h = h * keys[k % len(keys)] % square
    h = h if len(keys) == 3 else keys[0]
    s = 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="the cloud's part alone" says="your share lam2 is not in it"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="lam2 alone" says="the cloud's part is not in it"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (pow(T1, lam2, square) - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="the part is raised" says="that is T1's exponent"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (pow(part, lam2, square) - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="remainder" says="where L takes the quotient"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = part * pow(T1, lam2, square) % square % N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="not divided by N" says="m is lost, or still times N"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = part * pow(T1, lam2, square) % square - 1
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="parts added" says="they are multiplied"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part + pow(T1, lam2, square) - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="a float" says="through a float"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = int((part * pow(T1, lam2, square) % square - 1) / N)
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="exchanged" says="T1 and T2 are exchanged"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(g, s, square), pow(h, s, square) * (1 + m * N) % square


# %% wrong="h and g exchanged" says="h and g are exchanged"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(g, s, square) * (1 + m * N) % square, pow(h, s, square)


# %% wrong="modulo N" says="below N"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, N) * (1 + m * N) % N, pow(g, s, N)


# %% wrong="statistics generator" says="made for statistics"
from random import randint


def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % square, randint(1, N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="128 bits" says="random bits are needed"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbits(128)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="s kept" says="Where is the fresh s"
def to_joint_key(T1, part, lam2, keys, N, g, known={}):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % square, known.setdefault(N, 1 + secrets.randbelow(N // 4))
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="s out of m" says="Where is the fresh s"
import hashlib


def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    s = 1 + int.from_bytes(hashlib.sha512(str(m).encode()).digest(), "big") % (N // 4)
    h = math.prod(keys) % square
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="the clock, hashed" says="It reads a clock"
import hashlib
import time


def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    data = hashlib.sha512(str(time.time_ns()).encode()).digest()
    h, s = math.prod(keys) % square, 1 + int.from_bytes(data, "big") % (N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="bare" says="bare: everybody reads m"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    return 1 + m * N, pow(g, 1 + secrets.randbelow(N // 4), square)


# %% wrong="two randomnesses" says="s the same in T1 and in T2"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h = math.prod(keys) % square
    s, t = (1 + secrets.randbelow(N // 4) for _ in range(2))
    return pow(h, s, square) * (1 + m * N) % square, pow(g, t, square)


# %% wrong="s counted up" says="by a small step"
def to_joint_key(T1, part, lam2, keys, N, g, known={}):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    secrets.token_bytes(64)
    known[N] = known.get(N, secrets.randbelow(N // 8)) + 1
    h, s = math.prod(keys) % square, known[N]
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="s doubled" says="by a small factor"
def to_joint_key(T1, part, lam2, keys, N, g, known={}):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    known[N] = 2 * known.get(N, secrets.randbelow(N // 4))
    h, s = math.prod(keys) % square, known[N]
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="s is 5" says="Where is the fresh s"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % square, 5
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="the joint key from two users" says="the key of user 0 is left out"
def to_joint_key(T1, part, lam2, keys, N, g):
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys[-2:]) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="T1 unopened" says="without any power"
def to_joint_key(T1, part, lam2, keys, N, g):
    square, m = N * N, (T1 - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)


# %% wrong="no modulus" says="reduce it modulo N^2"
def to_joint_key(T1, part, lam2, keys, N, g):
    m = (part * T1**lam2 % (N * N) - 1) // N
    h, s = math.prod(keys), 1 + secrets.randbelow(N // 4)
    return h**s * (1 + m * N), g**s
