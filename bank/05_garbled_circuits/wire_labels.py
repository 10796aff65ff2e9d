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


# %% wrong="sha of clock" says="reads a clock"
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


# %% right="one long token"
import os


def wire_labels(count):
    data = os.urandom(32 * count)
    pairs = []
    for k in range(count):
        zero, one = (
            data[32 * k : 32 * k + 16],
            bytearray(data[32 * k + 16 : 32 * k + 32]),
        )
        one[0] = (one[0] & 0xFE) | (1 ^ zero[0] & 1)
        pairs.append((zero, bytes(one)))
    return pairs


# %% right="127 bits and a coin"
def wire_labels(count):
    def label(colour):
        return (secrets.randbits(127) << 1 | colour).to_bytes(16, "little")

    pairs = []
    for _ in range(count):
        coin = secrets.randbits(1)
        pairs.append((label(coin), label(1 - coin)))
    return pairs


# %% right="numpy on bytes of the system"
def wire_labels(count):
    data = (
        np.frombuffer(secrets.token_bytes(32 * count), np.uint8)
        .reshape(count, 2, 16)
        .copy()
    )
    data[:, 1, 0] = data[:, 1, 0] & 254 | 1 - (data[:, 0, 0] & 1)
    return [(pair[0].tobytes(), pair[1].tobytes()) for pair in data]


# %% right="recursion"
def wire_labels(count):
    if count < 1:
        return []
    if count > 200:
        return wire_labels(count // 2) + wire_labels(count - count // 2)
    zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
    if (zero[0] ^ one[0]) & 1 == 0:
        zero = bytes([zero[0] ^ 1]) + zero[1:]
    return [(zero, one)] + wire_labels(count - 1)


# %% wrong="colours alternate" says="colours hang together"
def wire_labels(count):
    pairs, coin = [], secrets.randbelow(2)
    for _ in range(count):
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        coin = 1 - coin
        pairs.append(
            (
                bytes([zero[0] & 254 | coin]) + zero[1:],
                bytes([one[0] & 254 | 1 - coin]) + one[1:],
            )
        )
    return pairs


# %% wrong="one coin for ten wires" says="colours hang together"
def wire_labels(count):
    pairs = []
    for k in range(count):
        if k % 10 == 0:
            coin = secrets.randbelow(2)
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        pairs.append(
            (
                bytes([zero[0] & 254 | coin]) + zero[1:],
                bytes([one[0] & 254 | 1 - coin]) + one[1:],
            )
        )
    return pairs


# %% wrong="one byte and the wire's number" says="asked the operating system for"
def wire_labels(count):
    pairs, byte = [], secrets.token_bytes(1)
    for k in range(count):
        data = hashlib.sha256(byte + k.to_bytes(4, "big")).digest()
        pairs.append(
            (data[:16], bytes([data[16] & 254 | 1 - (data[0] & 1)]) + data[17:])
        )
    return pairs


# %% wrong="a byte for each wire, and its number" says="asked the operating system for"
def wire_labels(count):
    pairs = []
    for k in range(count):
        data = hashlib.sha256(secrets.token_bytes(1) + k.to_bytes(4, "big")).digest()
        pairs.append(
            (data[:16], bytes([data[16] & 254 | 1 - (data[0] & 1)]) + data[17:])
        )
    return pairs


# %% wrong="label 1 a hash of label 0" says="a part follows from the rest"
def wire_labels(count):
    pairs = []
    for _ in range(count):
        zero = secrets.token_bytes(16)
        one = hashlib.sha256(zero).digest()
        pairs.append((zero, bytes([one[0] & 254 | 1 - (zero[0] & 1)]) + one[1:16]))
    return pairs


# %% wrong="counts up" says="the colour tells the bit"
def wire_labels(count):
    start, pairs = secrets.randbits(126), []
    for k in range(count):
        zero, one = (start + 2 * k) % 2**128, (start + 2**127 + 2 * k) % 2**128 ^ 1
        pairs.append((zero.to_bytes(16, "little"), one.to_bytes(16, "little")))
    return pairs


# %% wrong="torch" says="a generator made for statistics"
import torch


def wire_labels(count):
    data = torch.randint(0, 256, (count, 32), dtype=torch.uint8).numpy()
    pairs = []
    for row in data:
        row = row.tobytes()
        pairs.append((row[:16], bytes([row[16] & 254 | 1 - (row[0] & 1)]) + row[17:]))
    return pairs


# %% wrong="colour in the last byte" says="both labels have one colour"
def wire_labels(count):
    pairs = []
    for _ in range(count):
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        pairs.append((zero, one[:15] + bytes([one[15] & 254 | 1 - (zero[15] & 1)])))
    return pairs


# %% wrong="same colours" says="both labels have one colour"
def wire_labels(count):
    pairs = []
    for _ in range(count):
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        pairs.append((zero, bytes([one[0] & 254 | (zero[0] & 1)]) + one[1:]))
    return pairs


# %% wrong="colours of whole bytes" says="nearly always the same"
def wire_labels(count):
    pairs = []
    for _ in range(count):
        coin = secrets.randbelow(2)
        pairs.append(
            (
                bytes([coin]) + secrets.token_bytes(15),
                bytes([1 - coin]) + secrets.token_bytes(15),
            )
        )
    return pairs


# %% wrong="free XOR" says="Free XOR does that on purpose"
def wire_labels(count):
    R, pairs = secrets.token_bytes(16), []
    R = bytes([R[0] | 1]) + R[1:]
    for _ in range(count):
        zero = secrets.token_bytes(16)
        pairs.append((zero, xor(zero, R)))
    return pairs


# %% wrong="one wire too many" says="must return 2000 pairs"
def wire_labels(count):
    pairs = []
    for _ in range(count + 1):
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        pairs.append((zero, bytes([one[0] & 254 | 1 - (zero[0] & 1)]) + one[1:]))
    return pairs


# %% wrong="a byte that stands twice" says="follow from the others on every wire"
def wire_labels(count):
    pairs = []
    for _ in range(count):
        zero, one = secrets.token_bytes(16), bytearray(secrets.token_bytes(16))
        one[0] = one[1] & 254 | 1 - (zero[0] & 1)
        pairs.append((zero, bytes(one)))
    return pairs


# %% wrong="colour is the highest bit" says="bit 7 of byte 0 differs on every wire"
def wire_labels(count):
    pairs = []
    while len(pairs) < count:
        one, other = secrets.token_bytes(16), secrets.token_bytes(16)
        if one[0] >> 7 != other[0] >> 7:
            pairs.append((one, other))
    return pairs


# %% wrong="colour of a big number" says="bit 0 of the last byte differs on every wire"
def wire_labels(count):
    pairs = []
    for _ in range(count):
        zero, one = secrets.randbits(128), secrets.randbits(128)
        one ^= (zero ^ one ^ 1) & 1
        pairs.append((zero.to_bytes(16, "big"), one.to_bytes(16, "big")))
    return pairs
