# %% equivalent="int64 takes the whole number MODULUS / 8"
# linear[-1] += MODULUS // 8 -> linear[-1] += MODULUS / 8

# %% right="a constant ciphertext"
def nand_input(c1, c2):
    eighth = np.zeros_like(c1)
    eighth[-1] = MODULUS // 8
    return eighth - c1 - c2


# %% right="entry by entry"
def nand_input(c1, c2):
    out = [(-int(x) - int(y)) % MODULUS for x, y in zip(c1, c2)]
    out[-1] = (out[-1] + 2**29) % MODULUS
    return np.array(out)


# %% wrong="no constant" says="too near 0 or 1/2"
def nand_input(c1, c2):
    return -(c1 + c2) % MODULUS


# %% wrong="and" says="you computed AND"
def nand_input(c1, c2):
    linear = c1 + c2
    linear[-1] -= MODULUS // 8
    return linear % MODULUS


# %% wrong="constant everywhere" says="the constant belongs to b alone"
def nand_input(c1, c2):
    return (MODULUS // 8 - c1 - c2) % MODULUS


# %% wrong="in place" says="work on a copy"
def nand_input(c1, c2):
    c1 += c2
    c1 *= -1
    c1[-1] += MODULUS // 8
    c1 %= MODULUS
    return c1


# %% right="a matrix of three ciphertexts, in floating point"
def nand_input(c1, c2):
    eighth = np.r_[np.zeros(len(c1) - 1), 2.0**29]
    return np.array([1, -1, -1]) @ np.array([eighth, c1, c2])


# %% wrong="a sixteenth" says="too near 0 or 1/2"
def nand_input(c1, c2):
    linear = -(c1 + c2)
    linear[-1] += MODULUS // 16
    return linear % MODULUS


# %% wrong="a quarter" says="too near 0 or 1/2"
def nand_input(c1, c2):
    linear = -(c1 + c2)
    linear[-1] += MODULUS // 4
    return linear % MODULUS


# %% wrong="doubled, as for XOR" says="too near 0 or 1/2"
def nand_input(c1, c2):
    return -2 * (c1 + c2) % MODULUS


# %% wrong="constant in the first entry" says="the constant belongs to b alone"
def nand_input(c1, c2):
    linear = -(c1 + c2)
    linear[0] += MODULUS // 8
    return linear % MODULUS


# %% wrong="constant taken off" says="you computed NOR"
def nand_input(c1, c2):
    linear = -(c1 + c2)
    linear[-1] -= MODULUS // 8
    return linear % MODULUS


# %% wrong="the signs forgotten" says="you computed OR"
def nand_input(c1, c2):
    linear = c1 + c2
    linear[-1] += MODULUS // 8
    return linear % MODULUS


# %% wrong="the bracket forgotten" says="c1 and c2 need the same sign"
def nand_input(c1, c2):
    linear = -c1 + c2
    linear[-1] += MODULUS // 8
    return linear % MODULUS


# %% wrong="fractions of the modulus" says="an array of integers"
def nand_input(c1, c2):
    linear = -(c1 + c2) / MODULUS
    linear[-1] += 1 / 8
    return linear % 1


# %% wrong="b alone" says="the result must have shape"
def nand_input(c1, c2):
    return (MODULUS // 8 - c1[-1] - c2[-1]) % MODULUS


# %% wrong="adds into the second" says="changes c2, its argument"
def nand_input(c1, c2):
    c2 += c1
    linear = -c2
    linear[-1] += MODULUS // 8
    return linear % MODULUS


# %% right="machine words of 32 bits"
def nand_input(c1, c2):
    linear = (-(c1 + c2)).astype(np.uint32)
    linear[-1] += np.uint32(2**29)
    return linear


# %% wrong="a ninth for an eighth" says="too near 0 or 1/2"
def nand_input(c1, c2):
    linear = -(c1 + c2)
    linear[-1] += 2**32 // 9
    return linear % 2**32
