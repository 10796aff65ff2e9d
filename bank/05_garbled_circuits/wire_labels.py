# %% equivalent="of either label all bits but the colour are its own, and one colour decides the other"
# (zero, bytes([one[0] & 254 | other]) + one[1:]) -> (bytes([one[0] & 254 | other]) + one[1:], zero)

# %% right="repair one bit"
def wire_labels(count):
    pairs = []
    for _ in range(count):
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        if zero[0] & 1 == one[0] & 1:
            one = bytes([one[0] ^ 1]) + one[1:]
        pairs.append((zero, one))
    return pairs


# %% right="draw again"
def wire_labels(count):
    def pair():
        while True:
            zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
            if (zero[0] ^ one[0]) & 1:
                return [zero, one]

    return [pair() for _ in range(count)]


# %% right="whole numbers"
def wire_labels(count):
    pairs = []
    for _ in range(count):
        zero, one = secrets.randbits(128), secrets.randbits(128)
        one = one >> 1 << 1 | 1 - zero % 2
        pairs.append((zero.to_bytes(16, "little"), one.to_bytes(16, "little")))
    return pairs


# %% wrong="one pair for all wires" says="a label is used"
def wire_labels(count):
    zero = secrets.token_bytes(16)
    pair = zero, bytes([zero[0] ^ 1]) + secrets.token_bytes(15)
    return [pair] * count


# %% wrong="colour is the bit" says="the colour tells the bit"
def wire_labels(count):
    pairs = []
    for _ in range(count):
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        pairs.append((bytes([zero[0] & 254]) + zero[1:], bytes([one[0] | 1]) + one[1:]))
    return pairs


# %% wrong="no colours" says="both labels have one colour"
def wire_labels(count):
    return [(secrets.token_bytes(16), secrets.token_bytes(16)) for _ in range(count)]


# %% wrong="the coin from random" says="made for statistics"
def wire_labels(count):
    import random

    pairs = []
    for _ in range(count):
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        c = random.randrange(2)
        first = bytes([zero[0] & 254 | c]) + zero[1:]
        pairs.append((first, bytes([one[0] & 254 | 1 - c]) + one[1:]))
    return pairs


# %% wrong="numpy generator" says="a secret was drawn from a generator made for"
def wire_labels(count):
    rng = np.random.default_rng()
    pairs = []
    for _ in range(count):
        zero, one = rng.bytes(16), rng.bytes(16)
        pairs.append((zero, bytes([one[0] & 254 | 1 - (zero[0] & 1)]) + one[1:]))
    return pairs


# %% wrong="made once" says="a second call gives labels of the first one"
_pool = []


def wire_labels(count):
    while len(_pool) < count:
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        _pool.append((zero, bytes([one[0] & 254 | 1 - (zero[0] & 1)]) + one[1:]))
    return _pool[:count]


# %% wrong="sha of clock" says="the same again when the generators made for"
def wire_labels(count):
    import time

    pairs = []
    for k in range(count):
        d = hashlib.sha256(str((time.time_ns(), k)).encode()).digest()
        pairs.append((d[:16], bytes([d[16] & 254 | 1 - (d[0] & 1)]) + d[17:]))
    return pairs


# %% right="generator of lists of bytearrays"
def wire_labels(count):
    for _ in range(count):
        zero, one = (
            bytearray(secrets.token_bytes(16)),
            bytearray(secrets.token_bytes(16)),
        )
        if zero[0] % 2 == one[0] % 2:
            zero[0] ^= 1
        yield [zero, one]


# %% wrong="all zero" says="all labels are"
def wire_labels(count):
    return [(bytes(16), bytes(16)) for _ in range(count)]


# %% wrong="statistics generator" says="a secret was drawn from a generator made for"
def wire_labels(count):
    import random

    pairs = []
    for _ in range(count):
        zero, one = random.randbytes(16), random.randbytes(16)
        other = 1 - (zero[0] & 1)
        pairs.append((zero, bytes([one[0] & 254 | other]) + one[1:]))
    return pairs


# %% wrong="only the colour differs" says="their XOR has bits that are nearly always the"
def wire_labels(count):
    labels = [secrets.token_bytes(16) for _ in range(count)]
    return [(zero, bytes([zero[0] ^ 1]) + zero[1:]) for zero in labels]
