# %% equivalent="any number with the right remainder modulo N^2 takes the blind off"
# N ** 2 -> N ** 3 #2

# %% right="a factor and its inverse by hand"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


# %% right="powers of 1 + N"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    factor = pow(1 + N, tau, N * N)
    return A, factor * B % (N * N), pow(factor, -1, N * N)


# %% right="undo as a negative number, SystemRandom"
def blinded_switch(A, B, N):
    tau = secrets.SystemRandom().randrange(N)
    return [A, (B + B * tau * N) % N**2, 1 - tau * N]


# %% right="many bits reduced"
def blinded_switch(A, B, N):
    tau = int.from_bytes(secrets.token_bytes(N.bit_length() // 8 + 20), "big") % N
    undo = 1 + (N - tau) * N
    return (A, B * pow(undo, -1, N**2) % N**2, undo)


# %% wrong="no blind" says="tau is always 0"
def blinded_switch(A, B, N):
    return A, B, 1


# %% wrong="same again" says="undo is 1 + tau N"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, B * (1 + tau * N) % N**2, (1 + tau * N) % N**2


# %% wrong="undo is tau" says="undo is tau"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, B * (1 + tau * N) % N**2, tau


# %% wrong="undo is minus tau" says="undo is -tau"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, B * (1 + tau * N) % N**2, -tau


# %% wrong="modulo N" says="reduced modulo N: ciphertexts live"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, B * (1 + tau * N) % N, (1 - tau * N) % N**2


# %% wrong="undo modulo N" says="undo is reduced modulo N"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N


# %% wrong="on A" says="the factor is on A"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A * (1 + tau * N) % N**2, B, (1 - tau * N) % N**2


# %% wrong="on both" says="on A as well"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    factor = 1 + tau * N
    return A * factor % N**2, B * factor % N**2, pow(factor, -1, N**2)


# %% wrong="added to B" says="Was tau added to B"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, (B + tau) % N**2, (1 - tau * N) % N**2


# %% wrong="multiplied" says="Was tau added to B, or a power"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, pow(B, tau, N**2), pow(tau, -1, N)


# %% wrong="64 bits" says="can all be tried, or show through"
def blinded_switch(A, B, N):
    tau = secrets.randbits(64)
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


# %% wrong="random module" says="made for statistics"
import random


def blinded_switch(A, B, N):
    tau = random.randrange(N)
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


# %% wrong="numpy" says="made for statistics"
import numpy as np


def blinded_switch(A, B, N):
    tau = int.from_bytes(np.random.default_rng().bytes(60), "big") % N
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


# %% wrong="the clock" says="clock"
import hashlib
import time


def blinded_switch(A, B, N):
    data = hashlib.sha512(str(time.time_ns()).encode()).digest()
    tau = int.from_bytes(data, "big") % N
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


# %% wrong="two bytes stretched" says="random bits are needed"
import hashlib


def blinded_switch(A, B, N):
    data = hashlib.shake_256(secrets.token_bytes(2)).digest(60)
    tau = int.from_bytes(data, "big") % N
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


# %% wrong="the hash of the ciphertext" says="same in two calls"
import hashlib


def blinded_switch(A, B, N):
    tau = int.from_bytes(hashlib.shake_256(str(A).encode()).digest(60), "big") % N
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


# %% wrong="one blind for all" says="same in two calls"
TAU = secrets.randbits(600)


def blinded_switch(A, B, N):
    tau = TAU % N
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


# %% wrong="half the range" says="random bits are needed"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N // 2)
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


# %% wrong="not reduced" says="is not reduced modulo N^2"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, B * (1 + tau * N), 1 - tau * N


# %% wrong="without N" says="N left out of the factor"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return A, B * (1 + tau) % N**2, (1 - tau) % N**2


# %% wrong="two values" says="three numbers, (A1, B1, undo)"
def blinded_switch(A, B, N):
    tau = secrets.randbelow(N)
    return B * (1 + tau * N) % N**2, (1 - tau * N) % N**2
