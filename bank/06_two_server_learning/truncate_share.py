# %% equivalent="which server turns the sign is free, and 0 may be made before"
# if i == 0:; zero = np.uint64(0) -> zero = np.uint64(0); if i == 0:
# if i == 0: -> if i != 0:
# if i == 0: -> if i == 1:

# %% right="turned round and back"
def truncate_share(share, f, i):
    if i == 0:
        return share >> np.uint64(f)
    zero = np.uint64(0)
    return zero - ((zero - share) >> np.uint64(f))


# %% right="both as signed numbers"
def truncate_share(share, f, i):
    return (share.view(np.int64) >> f).view(np.uint64)


# %% right="python integers"
def truncate_share(share, f, i):
    def cut(s):
        return s // 2**f if i == 0 else -((2**64 - s) // 2**f) % 2**64

    return [[cut(s) for s in row] for row in share.tolist()]


# %% wrong="both divide" says="both servers just divide"
def truncate_share(share, f, i):
    return share >> np.uint64(f)


# %% wrong="both turn" says="both servers turn the sign"
def truncate_share(share, f, i):
    zero = np.uint64(0)
    return zero - ((zero - share) >> np.uint64(f))


# %% wrong="not turned back" says="not back afterwards"
def truncate_share(share, f, i):
    if i == 0:
        return share >> np.uint64(f)
    return (np.uint64(0) - share) >> np.uint64(f)


# %% wrong="one signed, one not" says="server 1 reads its share as a signed number"
def truncate_share(share, f, i):
    if i == 0:
        return share >> np.uint64(f)
    return (share.view(np.int64) >> f).view(np.uint64)


# %% wrong="by f" says="the factor is 2^f"
def truncate_share(share, f, i):
    return share // np.uint64(f)


# %% wrong="only server 0" says="only server 0 divides"
def truncate_share(share, f, i):
    return share >> np.uint64(f) if i == 0 else share


# %% wrong="floats" says="holds floats"
def truncate_share(share, f, i):
    return share / 2.0**f


# %% wrong="the low bits" says="they are what has to go"
def truncate_share(share, f, i):
    return share & np.uint64(2**f - 1)


# %% wrong="the other way" says="<< goes the other way"
def truncate_share(share, f, i):
    return share << np.uint64(f)


# %% wrong="turned only afterwards" says="turns the sign after dividing"
def truncate_share(share, f, i):
    cut = share >> np.uint64(f)
    return np.uint64(0) - cut if i == 1 else cut


# %% wrong="signed and turned" says="server 1 turns signs"
def truncate_share(share, f, i):
    if i == 0:
        return (share.view(np.int64) >> f).view(np.uint64)
    zero = np.uint64(0)
    return zero - ((zero - share) >> np.uint64(f))


# %% wrong="only server 1" says="only server 1 divides"
def truncate_share(share, f, i):
    zero = np.uint64(0)
    return share if i == 0 else zero - ((zero - share) >> np.uint64(f))


# %% wrong="nothing" says="nothing is divided"
def truncate_share(share, f, i):
    return share


# %% wrong="through floats" says="off by more than a unit"
def truncate_share(share, f, i):
    return np.rint(share.view(np.int64).astype(float) / 2.0**f).astype(np.int64)


# %% right="rounded to the nearest"
def truncate_share(share, f, i):
    signed = share.view(np.int64)
    half = np.int64(2 ** (f - 1))
    return ((signed >> f) + ((signed & (2**f - 1)) >= half)).view(np.uint64)


# %% right="server 0 turns instead"
def truncate_share(share, f, i):
    step = np.uint64(2**f)
    return share // step if i == 1 else -(-share // step)


# %% wrong="13 bits always" says="13 bits are cut off, whatever f is"
def truncate_share(share, f, i):
    zero, bits = np.uint64(0), np.uint64(13)
    return share >> bits if i == 0 else zero - ((zero - share) >> bits)


# %% wrong="a bit too many" says="one bit too many"
def truncate_share(share, f, i):
    zero, bits = np.uint64(0), np.uint64(f + 1)
    return share >> bits if i == 0 else zero - ((zero - share) >> bits)


# %% right="the wrap taken off"
def truncate_share(share, f, i):
    cut = share >> np.uint64(f)
    return cut - np.uint64(2 ** (64 - f)) if i == 1 else cut


# %% wrong="remainder kept" says="the quotient stays"
def truncate_share(share, f, i):
    if i == 0:
        return share % np.uint64(2**f)
    return -(-share % np.uint64(2**f))
