# %% right="a draw for each word"
def share_record(record):
    mask = [secrets.randbits(16) for _ in record]
    return mask, [int(x) % 65536 ^ m for x, m in zip(record, mask)]


# %% right="all bytes at once"
def share_record(record):
    mask = np.frombuffer(secrets.token_bytes(2 * len(record)), np.uint16)
    return mask, mask ^ (np.asarray(record) & 0xFFFF).astype(np.uint16)


# %% right="owner's share drawn"
def share_record(record):
    record = np.asarray(record).astype(np.int64) % 2**16
    owner = np.array([secrets.randbelow(2**16) for _ in range(len(record))])
    return record ^ owner, owner


# %% right="system random, one long number"
def share_record(record):
    import random

    long = random.SystemRandom().getrandbits(16 * len(record))
    masks = [long >> 16 * k & 65535 for k in range(len(record))]
    return [(m ^ int(x)) & 65535 for m, x in zip(masks, record)], masks


# %% wrong="one mask" says="Draw a mask for each word"
def share_record(record):
    mask = secrets.randbits(16)
    return [mask] * len(record), [int(x) % 65536 ^ mask for x in record]


# %% wrong="numpy's generator" says="generator made for statistics"
def share_record(record):
    mask = np.random.default_rng().integers(0, 65536, len(record))
    return mask, mask ^ (record % 65536)


# %% wrong="15 bits" says="the sign is one of them"
def share_record(record):
    mask = [secrets.randbelow(2**15) for _ in record]
    return mask, [int(x) % 65536 ^ m for x, m in zip(record, mask)]


# %% wrong="8 bits" says="never has a bit above bit 7"
def share_record(record):
    mask = list(secrets.token_bytes(len(record)))
    return mask, [int(x) % 65536 ^ m for x, m in zip(record, mask)]


# %% wrong="added" says="add up to the record"
def share_record(record):
    mask = [secrets.randbits(16) for _ in record]
    return mask, [(int(x) - m) % 65536 for x, m in zip(record, mask)]


# %% wrong="sign not reduced" says="must be in 0..65535"
def share_record(record):
    mask = [secrets.randbits(16) for _ in record]
    return mask, [int(x) ^ m for x, m in zip(record, mask)]


# %% wrong="the record goes out" says="is the record itself"
def share_record(record):
    return [0] * len(record), [int(x) % 65536 for x in record]


# %% wrong="kept mask" says="half of them would be fair"
_KEPT = [secrets.randbits(16) for _ in range(64)]


def share_record(record):
    mask = _KEPT[: len(record)]
    return mask, [int(x) % 65536 ^ m for x, m in zip(record, mask)]


# %% wrong="one share" says="must return two shares"
def share_record(record):
    return [secrets.randbits(16) for _ in record]


# %% wrong="next mask follows" says="always"
def share_record(record):
    first = secrets.randbits(16)
    mask = [first ^ 257 * k for k in range(len(record))]
    return mask, [int(x) % 65536 ^ m for x, m in zip(record, mask)]


# %% wrong="in place" says="changes record"
def share_record(record):
    mask = np.array([secrets.randbits(16) for _ in record])
    record %= 65536
    record ^= mask
    return mask, record


# %% wrong="absolute values" says="by XOR, got"
def share_record(record):
    mask = [secrets.randbits(16) for _ in record]
    return mask, [abs(int(x)) ^ m for x, m in zip(record, mask)]


# %% wrong="bytes doubled" says="random bits are needed"
def share_record(record):
    mask = [257 * byte for byte in secrets.token_bytes(len(record))]
    return mask, [int(x) % 65536 ^ m for x, m in zip(record, mask)]


# %% wrong="and of two" says="half of them would be fair"
def share_record(record):
    mask = [secrets.randbits(16) & secrets.randbits(16) for _ in record]
    return mask, [int(x) % 65536 ^ m for x, m in zip(record, mask)]


# %% wrong="subtracted the other way" says="the difference of the shares"
def share_record(record):
    mask = [secrets.randbits(16) for _ in record]
    return mask, [(int(x) + m) % 65536 for x, m in zip(record, mask)]


# %% wrong="never 65535" says="never takes one or a few"
def share_record(record):
    mask = [secrets.randbelow(65535) for _ in record]
    return mask, [int(x) % 65536 ^ m for x, m in zip(record, mask)]


# %% equivalent="the two shares may change places"
# (mask, [int(x) % 65536 ^ m for x, m in zip(record, mask, strict=True)]) -> ([int(x) % 65536 ^ m for x, m in zip(record, mask, strict=True)], mask)


# %% equivalent="record and mask have one length"
# return (mask, [int(x) % 65536 ^ m for x, m in zip(record, mask, strict=True)]) -> return (mask, [int(x) % 65536 ^ m for x, m in zip(record, mask, strict=False)])
