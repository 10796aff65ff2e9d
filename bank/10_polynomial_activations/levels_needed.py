# %% right="the recursion itself"
def levels_needed(degree):
    if degree == 1:
        return 1
    split, powers = 1, 0
    while 2 * split <= degree:
        split, powers = 2 * split, powers + 1
    return max(powers, levels_needed(split - 1)) + 1


# %% right="halving"
def levels_needed(degree):
    levels = 0
    while degree:
        degree //= 2
        levels += 1
    return levels


# %% wrong="a power only" says="its coefficient costs a level too"
def levels_needed(degree):
    return math.ceil(math.log2(degree))


# %% wrong="Horner" says="that is Horner's rule"
def levels_needed(degree):
    return degree


# %% wrong="coefficient at the end" says="one level too many"
def levels_needed(degree):
    return math.ceil(math.log2(degree)) + 1


# %% wrong="log2 of a float" says="Count bits"
def levels_needed(degree):
    return math.ceil(math.log2(degree + 1))
