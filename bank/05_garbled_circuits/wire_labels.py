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
