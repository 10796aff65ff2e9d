# %% right="fractions"
def encode_fixed(x, Q):
    from fractions import Fraction

    scaled = round(Fraction(x) * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("x does not fit")
    return scaled % Q


# %% right="numpy rounds, Python reduces"
def encode_fixed(x, Q):
    scaled = int(np.rint(x * 10**DECIMALS))
    if scaled > Q // 2 or scaled < -(Q // 2):
        raise ValueError(x)
    return scaled if scaled >= 0 else Q + scaled


# %% wrong="still a float" says="a float has 53 bits"
def encode_fixed(x, Q):
    if abs(x) * 10**DECIMALS > Q // 2:
        raise ValueError("too large")
    return int(round(x * 10**DECIMALS) % float(Q))


# %% wrong="cuts off" says="it was cut off"
def encode_fixed(x, Q):
    scaled = int(x * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="wraps around" says="would decode to another number"
def encode_fixed(x, Q):
    return round(x * 10**DECIMALS) % Q


# %% wrong="not reduced" says="a residue lies in"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled


# %% copied="six digits" says="another variant's number"
def encode_fixed(x, Q):
    scaled = round(x * 10**6)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled % Q
