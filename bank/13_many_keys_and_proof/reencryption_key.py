# %% equivalent="at most a pair more, for a digit that is always 0"
# for shift in range(0, (q - 1).bit_length(), DIGIT_BITS): -> for shift in range(0, (q - 1).bit_length() + 1, DIGIT_BITS):
# for shift in range(0, (q - 1).bit_length(), DIGIT_BITS): -> for shift in range(0, (q + 1).bit_length(), DIGIT_BITS):
# for shift in range(0, (q - 1).bit_length(), DIGIT_BITS): -> for shift in range(0, (q - 0).bit_length(), DIGIT_BITS):

# %% equivalent="a number and its negative have as many bits"
# for shift in range(0, (q - 1).bit_length(), DIGIT_BITS): -> for shift in range(0, (1 - q).bit_length(), DIGIT_BITS):

# %% right="a pair a digit"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range(0, (q - 1).bit_length(), DIGIT_BITS):
        c0, c1 = zero()
        pairs.append(((c0 + s * 2**shift) % q, c1))
    return pairs


# %% right="powers until q is reached"
def reencryption_key(s, zero, q):
    base, power, pairs = 2**DIGIT_BITS, 1, []
    while power < q:
        c0, c1 = zero()
        part = [(int(a) + power * int(b)) % q for a, b in zip(c0, s)]
        pairs.append([part, c1.tolist()])
        power *= base
    return pairs


# %% right="one array, and a digit too many"
def reencryption_key(s, zero, q):
    count = q.bit_length() // DIGIT_BITS + 1
    key = np.array([zero() for _ in range(count)], dtype=object)
    powers = np.array([pow(2, DIGIT_BITS * j, q) for j in range(count)], dtype=object)
    key[:, 0] = (key[:, 0] + powers[:, None] * s) % q
    return key.astype(np.int64)


# %% right="base to the j"
import math


def reencryption_key(s, zero, q):
    B, found = 2**DIGIT_BITS, []
    for j in range(math.ceil(math.log2(q) / DIGIT_BITS)):
        pair = zero()
        found.append((np.mod(pair[0] + B**j * s, q), pair[1]))
    return found


# %% copied="8 bits" says="another variant's number"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range(0, (q - 1).bit_length(), 8):
        c0, c1 = zero()
        pairs.append(((c0 + s * 2**shift) % q, c1))
    return pairs


# %% wrong="s in every pair" says="each pair holds s itself"
def reencryption_key(s, zero, q):
    pairs = []
    for _ in range(0, (q - 1).bit_length(), DIGIT_BITS):
        c0, c1 = zero()
        pairs.append(((c0 + s) % q, c1))
    return pairs


# %% wrong="one pair" says="one pair only"
def reencryption_key(s, zero, q):
    c0, c1 = zero()
    return [((c0 + s) % q, c1)]


# %% wrong="not encrypted" says="is not encrypted"
def reencryption_key(s, zero, q):
    shifts = range(0, (q - 1).bit_length(), DIGIT_BITS)
    return [(s * 2**shift % q, 0 * s) for shift in shifts]


# %% wrong="one zero for all" says="one zero serves several pairs"
def reencryption_key(s, zero, q):
    c0, c1 = zero()
    shifts = range(0, (q - 1).bit_length(), DIGIT_BITS)
    return [((c0 + s * 2**shift) % q, c1) for shift in shifts]


# %% wrong="not reduced" says="not reduced modulo q"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range(0, (q - 1).bit_length(), DIGIT_BITS):
        c0, c1 = zero()
        pairs.append((c0 + s * 2**shift, c1))
    return pairs


# %% wrong="minus" says="the sign is turned"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range(0, (q - 1).bit_length(), DIGIT_BITS):
        c0, c1 = zero()
        pairs.append(((c0 - s * 2**shift) % q, c1))
    return pairs


# %% wrong="powers begin at the base" says="powers begin at the base"
def reencryption_key(s, zero, q):
    pairs = []
    for j in range(-(-(q - 1).bit_length() // DIGIT_BITS)):
        c0, c1 = zero()
        pairs.append(((c0 + s * 2 ** (DIGIT_BITS * (j + 1))) % q, c1))
    return pairs


# %% wrong="highest first" says="the highest digit comes first"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range(0, (q - 1).bit_length(), DIGIT_BITS):
        c0, c1 = zero()
        pairs.insert(0, ((c0 + s * 2**shift) % q, c1))
    return pairs


# %% wrong="in the second part" says="s is added to the second part"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range(0, (q - 1).bit_length(), DIGIT_BITS):
        c0, c1 = zero()
        pairs.append((c0, (c1 + s * 2**shift) % q))
    return pairs


# %% wrong="a digit too few" says="a number below q has"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range(0, (q - 1).bit_length() - DIGIT_BITS, DIGIT_BITS):
        c0, c1 = zero()
        pairs.append(((c0 + s * 2**shift) % q, c1))
    return pairs


# %% wrong="nothing but zeros" says="s was not added"
def reencryption_key(s, zero, q):
    return [zero() for _ in range(0, (q - 1).bit_length(), DIGIT_BITS)]


# %% wrong="a pair a bit" says="digits have 1 bits"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range((q - 1).bit_length()):
        c0, c1 = zero()
        pairs.append(((c0 + s * 2**shift) % q, c1))
    return pairs


# %% wrong="the base is the number of bits" says="the base is 2^DIGIT_BITS"
def reencryption_key(s, zero, q):
    pairs = []
    for j in range(-(-(q - 1).bit_length() // DIGIT_BITS)):
        c0, c1 = zero()
        pairs.append(((c0 + s * DIGIT_BITS**j) % q, c1))
    return pairs


# %% wrong="j times the base" says="not j times the base"
def reencryption_key(s, zero, q):
    pairs = []
    for j in range(-(-(q - 1).bit_length() // DIGIT_BITS)):
        c0, c1 = zero()
        pairs.append(((c0 + s * (j * 2**DIGIT_BITS)) % q, c1))
    return pairs


# %% wrong="32 bits" says="in integers that hold it"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range(0, (q - 1).bit_length(), DIGIT_BITS):
        c0, c1 = zero()
        low = (c0 + s * 2**shift).astype(np.int32).astype(np.int64)
        pairs.append((low % q, c1))
    return pairs


# %% wrong="one pair, not in a list" says="not a list of pairs"
def reencryption_key(s, zero, q):
    c0, c1 = zero()
    return (c0 + s) % q, c1


# %% wrong="below zero" says="not reduced modulo q"
def reencryption_key(s, zero, q):
    pairs = []
    for shift in range(0, (q - 1).bit_length(), DIGIT_BITS):
        c0, c1 = zero()
        pairs.append(((c0 + s * 2**shift) % q, c1 - q))
    return pairs
