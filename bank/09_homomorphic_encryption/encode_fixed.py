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


# %% right="sign and size apart"
def encode_fixed(x, Q):
    size = round(abs(x) * 10**DECIMALS)
    if size > Q // 2:
        raise ValueError(f"{x} does not fit")
    return (Q - size) % Q if x < 0 else size


# %% wrong="bound at Q itself" says="does not fit half the range"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) >= Q:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="bound above only" says="does not fit half the range"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if scaled > Q // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="cut to the largest" says="it would decode to another number"
def encode_fixed(x, Q):
    half = Q // 2
    return max(-half, min(half, round(x * 10**DECIMALS))) % Q


# %% wrong="another exception" says="ValueError is asked for"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise OverflowError("too large")
    return scaled % Q


# %% wrong="sign lost" says="the sign is lost"
def encode_fixed(x, Q):
    scaled = abs(round(x * 10**DECIMALS))
    if scaled > Q // 2:
        raise ValueError("too large")
    return scaled


# %% wrong="two's complement" says="as machine words are"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled if scaled >= 0 else 2**64 + scaled


# %% wrong="counts down from Q - 1" says="off by one step"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled if scaled >= 0 else Q - 1 + scaled


# %% wrong="rounds down" says="it was cut off"
def encode_fixed(x, Q):
    scaled = math.floor(x * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="whole numbers only" says="kept with 0 digits"
def encode_fixed(x, Q):
    if abs(round(x * 10**DECIMALS)) > Q // 2:
        raise ValueError("too large")
    return round(x) % Q


# %% wrong="rounded, not scaled" says="the residue must be an int"
def encode_fixed(x, Q):
    if abs(x) * 10**DECIMALS > Q // 2:
        raise ValueError("too large")
    return round(x, DECIMALS) % Q


# %% right="half a step added below and above"
def encode_fixed(x, Q):
    steps = abs(x) * 10**DECIMALS
    if steps > Q // 2:
        raise ValueError("too large")
    whole = int(steps)
    if steps - whole >= 0.5:
        whole += 1
    return (whole if x >= 0 else -whole) % Q


# %% wrong="the last that fits refused" says="the last that fits"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) >= Q // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="one more than fits" says="does not fit half the range"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) > (Q + 1) // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="rounded, scaled, cut" says="cut off"
def encode_fixed(x, Q):
    scaled = int(round(x, DECIMALS) * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="0 counts as negative" says="a residue lies in"
def encode_fixed(x, Q):
    scaled = round(abs(x) * 10**DECIMALS)
    if scaled > Q // 2:
        raise ValueError("too large")
    return scaled if x > 0 else Q - scaled


# %% wrong="half a step added, then cut off" says="right above 0 only"
def encode_fixed(x, Q):
    scaled = int(x * 10**DECIMALS + 0.5)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="a bound of its own" says="the last that fits"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) > Q // 4:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="the chapter's modulus" says="Q is an argument"
def encode_fixed(x, Q):
    Q = 10**22 + 9
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="powers of two" says="digits after the point are of base 10"
def encode_fixed(x, Q):
    scaled = round(x * 2**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="single precision" says="float32"
def encode_fixed(x, Q):
    scaled = round(float(np.float32(x)) * 10**DECIMALS)
    if abs(scaled) > Q // 2:
        raise ValueError("too large")
    return scaled % Q


# %% wrong="half of Q as a float" says="does not fit half the range of Q"
def encode_fixed(x, Q):
    scaled = round(x * 10**DECIMALS)
    if abs(scaled) > Q / 2:
        raise ValueError("does not fit")
    return scaled % Q


# %% wrong="through a signed word" says="an integer of 64 bits"
def encode_fixed(x, Q):
    if abs(x) * 10**DECIMALS > Q // 2:
        raise ValueError("does not fit")
    return int(np.array(np.rint(x * 10**DECIMALS), dtype=np.int64)) % Q
