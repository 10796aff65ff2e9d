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
