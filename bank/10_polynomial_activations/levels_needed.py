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


# %% right="bin"
def levels_needed(degree):
    return len(bin(degree)) - 2


# %% right="loop float"
def levels_needed(degree):
    n = 0.0
    while degree:
        degree //= 2
        n += 1
    return n


# %% right="recursion"
def levels_needed(degree):
    return 0 if degree == 0 else 1 + levels_needed(degree >> 1)


# %% wrong="floor log2 + 1" says="wrong for degree 562949953421311"
def levels_needed(degree):
    return int(math.log2(degree)) + 1


# %% wrong="np ceil" says="wrong for degree 562949953421312"
def levels_needed(degree):
    return int(np.ceil(np.log2(degree + 1)))


# %% wrong="sqrt" says="counts products"
def levels_needed(degree):
    return math.ceil(math.sqrt(degree))


# %% wrong="string" says="got str for degree 1"
def levels_needed(degree):
    return str(degree.bit_length())


# %% wrong="none" says="got NoneType for degree 1"
def levels_needed(degree):
    print(degree.bit_length())


# %% wrong="array" says="got ndarray for degree 1"
def levels_needed(degree):
    return np.array([degree.bit_length()])


# %% right="bisect"
def levels_needed(degree):
    import bisect

    return bisect.bisect_right([2**k for k in range(100)], degree)


# %% right="the scheme itself, cached"
def levels_needed(degree):
    import functools

    @functools.cache
    def of(d):
        if d <= 1:
            return d
        s = 1
        while 2 * s <= d:
            s *= 2
        return max(max(s.bit_length() - 1, of(d - s)) + 1, of(s - 1))

    return of(degree)


# %% wrong="bits of degree - 1" says="its coefficient costs a level too"
def levels_needed(degree):
    return max(1, (degree - 1).bit_length())


# %% wrong="bits of degree + 1" says="just below a power of two"
def levels_needed(degree):
    return (degree + 1).bit_length()


# %% wrong="bit length plus one" says="for every degree"
def levels_needed(degree):
    return degree.bit_length() + 1


# %% wrong="frexp" says="right up to 70"
def levels_needed(degree):
    return math.frexp(degree)[1]


# %% wrong="not rounded" says="levels are whole"
def levels_needed(degree):
    return math.log2(degree + 1)


# %% wrong="the natural logarithm" says="of base 2"
def levels_needed(degree):
    return math.ceil(math.log(degree + 1))


# %% wrong="to the nearest" says="rounded to the nearest"
def levels_needed(degree):
    return round(math.log2(degree)) + 1


# %% wrong="adds the levels of factors" says="levels of factors were added up"
def levels_needed(degree):
    return sum(k + 1 for k, bit in enumerate(reversed(f"{degree:b}")) if bit == "1")
