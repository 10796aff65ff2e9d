# %% right="choose, then add"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]

    def number(value):
        return arithmetic.constant(round(value * 4096), 16)[:15]

    shift, base = number(0), number(1 - 2**-12)
    for cut, k, start in ((5, 5, 27 / 32), (2.375, 3, 5 / 8), (1, 2, 1 / 2)):
        below = arithmetic.less_than(b, size, number(cut), signed=False)
        shift = arithmetic.select(b, below, size[k:] + [ZERO] * k, shift)
        base = arithmetic.select(b, below, number(start), base)
    y = arithmetic.add(b, shift[:12], base[:12])
    return [b.xor(v, sign) for v in y] + [ZERO] * 4


# %% right="the package's, with finer pieces"
def sigmoid(b, x):
    from ppdl_course.mpc.circuits import straight_pieces

    return straight_pieces.sigmoid(b, x)


# %% right="a sum for each piece"
def sigmoid(b, x):
    sign, size = x[-1], [b.xor(v, x[-1]) for v in x[:-1]]
    y = [ONE] * 12
    for cut, k, start in (
        (5 * 4096, 5, 3456),
        (9728, 3, 2560),
        (4096, 2, 2048),
    ):
        below = arithmetic.less_than(
            b, size, [ONE if cut >> i & 1 else ZERO for i in range(15)], signed=False
        )
        line = arithmetic.add(
            b,
            (size[k:] + [ZERO] * k)[:12],
            [ONE if start >> i & 1 else ZERO for i in range(12)],
        )
        y = [b.select(below, one, zero) for one, zero in zip(line, y)]
    return [b.xor(v, sign) for v in y] + [ZERO] * 4


# %% right="high bits tell the piece"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]
    one, two, four = size[12], size[13], size[14]  # bits worth 1, 2, 4
    small = b.inv(b.or_(one, b.or_(two, four)))  # below 1
    huge = b.and_(four, b.or_(one, two))  # 5 and more
    # 2 and 2.25: bits 2, and not 1, .5, and not (.25 and .125)
    low = b.and_(b.inv(size[11]), b.inv(b.and_(size[10], size[9])))
    middle = b.or_(
        b.and_(one, b.inv(b.or_(two, four))),
        b.and_(b.and_(two, b.inv(b.or_(one, four))), low),
    )
    lines = []
    for k in range(12):

        def at(n):
            return size[k + n] if k + n < 15 else ZERO

        v = b.select(small, at(2), b.select(middle, at(3), at(5)))
        lines.append(v)
    rest = b.inv(b.or_(small, middle))
    base = [ZERO] * 7 + [rest, rest, b.or_(middle, ZERO), ZERO, ONE]
    base[9] = b.xor(middle, ZERO)
    base[10] = rest
    # 27/32 = .11011, 5/8 = .101, 1/2 = .1
    y = arithmetic.add(b, lines, base)
    y = [b.or_(v, huge) for v in y]
    return [b.xor(v, sign) for v in y] + [ZERO] * 4


# %% wrong="by table of the package" says="AND gates; 90 are enough"
def sigmoid(b, x):
    from ppdl_course.mpc.circuits import public_tables

    return public_tables.sigmoid_by_table(b, x)


# %% right="products by constants, which the builder simplifies"
def sigmoid(b, x):
    sign, size = x[-1], [b.xor(v, x[-1]) for v in x[:-1]] + [ZERO]
    y = arithmetic.constant(4095, 16)
    for cut, slope, start in (
        (20480, 128, 3456),
        (9728, 512, 2560),
        (4096, 1024, 2048),
    ):
        below = arithmetic.less_than(b, size, arithmetic.constant(cut, 16))
        line = arithmetic.multiply_fixed(
            b, size, arithmetic.constant(slope, 16), fraction_bits=12
        )
        line = arithmetic.add(b, line, arithmetic.constant(start, 16))
        y = arithmetic.select(b, below, line, y)
    flipped = arithmetic.subtract(b, arithmetic.constant(4096, 16), y)
    return arithmetic.select(b, sign, flipped, y)


# %% wrong="one piece, cut off" says="one straight piece, x/4 + 1/2, cut off"
def sigmoid(b, x):
    y = arithmetic.add(b, x[2:] + [x[-1]] * 2, arithmetic.constant(2048, 16))
    over = b.and_(b.inv(y[-1]), b.or_(y[12], y[13]))
    low = [b.and_(b.or_(v, over), b.inv(y[-1])) for v in y[:12]]
    return low + [ZERO] * 4


# %% wrong="one piece, no end" says="with no end"
def sigmoid(b, x):
    return arithmetic.add(b, x[2:] + [x[-1]] * 2, arithmetic.constant(2048, 16))


# %% wrong="no mirror" says="the value at |x| itself"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]
    shift, base = [ZERO] * 12, arithmetic.constant(4095, 16)[:12]
    for cut, k, start in ((20480, 5, 3456), (9728, 3, 2560), (4096, 2, 2048)):
        top = [ONE if cut >> i & 1 else ZERO for i in range(15)]
        below = arithmetic.less_than(b, size, top, signed=False)
        shift = arithmetic.select(b, below, (size[k:] + [ZERO] * k)[:12], shift)
        base = arithmetic.select(b, below, arithmetic.constant(start, 16)[:12], base)
    return arithmetic.add(b, shift, base) + [ZERO] * 4


# %% wrong="mirrored by a sign" says="with a minus sign"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]
    shift, base = [ZERO] * 12, arithmetic.constant(4095, 16)[:12]
    for cut, k, start in ((20480, 5, 3456), (9728, 3, 2560), (4096, 2, 2048)):
        top = [ONE if cut >> i & 1 else ZERO for i in range(15)]
        below = arithmetic.less_than(b, size, top, signed=False)
        shift = arithmetic.select(b, below, (size[k:] + [ZERO] * k)[:12], shift)
        base = arithmetic.select(b, below, arithmetic.constant(start, 16)[:12], base)
    y = arithmetic.add(b, shift, base) + [ZERO] * 4
    return [b.xor(v, sign) for v in y]


# %% wrong="turned" says="the sigmoid of -x"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]
    shift, base = [ZERO] * 12, arithmetic.constant(4095, 16)[:12]
    for cut, k, start in ((20480, 5, 3456), (9728, 3, 2560), (4096, 2, 2048)):
        top = [ONE if cut >> i & 1 else ZERO for i in range(15)]
        below = arithmetic.less_than(b, size, top, signed=False)
        shift = arithmetic.select(b, below, (size[k:] + [ZERO] * k)[:12], shift)
        base = arithmetic.select(b, below, arithmetic.constant(start, 16)[:12], base)
    y = arithmetic.add(b, shift, base)
    return [b.inv(b.xor(v, sign)) for v in y] + [ZERO] * 4


# %% wrong="signed comparison at 15 bits" says="is allowed"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]
    shift, base = [ZERO] * 12, arithmetic.constant(4095, 16)[:12]
    for cut, k, start in ((20480, 5, 3456), (9728, 3, 2560), (4096, 2, 2048)):
        top = [ONE if cut >> i & 1 else ZERO for i in range(15)]
        below = arithmetic.less_than(b, size, top)
        shift = arithmetic.select(b, below, (size[k:] + [ZERO] * k)[:12], shift)
        base = arithmetic.select(b, below, arithmetic.constant(start, 16)[:12], base)
    y = arithmetic.add(b, shift, base)
    return [b.xor(v, sign) for v in y] + [ZERO] * 4


# %% wrong="one is out of twelve bits" says="off by"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]
    shift, base = [ZERO] * 12, [ZERO] * 12  # 1.0 needs bit 12
    for cut, k, start in ((20480, 5, 3456), (9728, 3, 2560), (4096, 2, 2048)):
        top = [ONE if cut >> i & 1 else ZERO for i in range(15)]
        below = arithmetic.less_than(b, size, top, signed=False)
        shift = arithmetic.select(b, below, (size[k:] + [ZERO] * k)[:12], shift)
        base = arithmetic.select(b, below, arithmetic.constant(start, 16)[:12], base)
    y = arithmetic.add(b, shift, base)
    return [b.xor(v, sign) for v in y] + [ZERO] * 4


# %% wrong="middle piece missing" says="middle piece is missing"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]
    shift, base = [ZERO] * 12, arithmetic.constant(4095, 16)[:12]
    for cut, k, start in ((20480, 5, 3456), (4096, 2, 2048)):
        top = [ONE if cut >> i & 1 else ZERO for i in range(15)]
        below = arithmetic.less_than(b, size, top, signed=False)
        shift = arithmetic.select(b, below, (size[k:] + [ZERO] * k)[:12], shift)
        base = arithmetic.select(b, below, arithmetic.constant(start, 16)[:12], base)
    y = arithmetic.add(b, shift, base)
    return [b.xor(v, sign) for v in y] + [ZERO] * 4


# %% wrong="third piece missing" says="third piece is missing"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]
    shift, base = [ZERO] * 12, arithmetic.constant(4095, 16)[:12]
    for cut, k, start in ((9728, 3, 2560), (4096, 2, 2048)):
        top = [ONE if cut >> i & 1 else ZERO for i in range(15)]
        below = arithmetic.less_than(b, size, top, signed=False)
        shift = arithmetic.select(b, below, (size[k:] + [ZERO] * k)[:12], shift)
        base = arithmetic.select(b, below, arithmetic.constant(start, 16)[:12], base)
    y = arithmetic.add(b, shift, base)
    return [b.xor(v, sign) for v in y] + [ZERO] * 4


# %% wrong="no end" says="the last piece has no end"
def sigmoid(b, x):
    sign = x[-1]
    size = [b.xor(v, sign) for v in x[:-1]]
    shift, base = size[5:] + [ZERO] * 5, arithmetic.constant(3456, 16)[:15]
    for cut, k, start in ((9728, 3, 2560), (4096, 2, 2048)):
        top = [ONE if cut >> i & 1 else ZERO for i in range(15)]
        below = arithmetic.less_than(b, size, top, signed=False)
        shift = arithmetic.select(b, below, size[k:] + [ZERO] * k, shift)
        base = arithmetic.select(b, below, arithmetic.constant(start, 16)[:15], base)
    y = arithmetic.add(b, shift, base) + [ZERO]
    flipped = arithmetic.subtract(b, arithmetic.constant(4096, 16), y)
    return arithmetic.select(b, sign, flipped, y)


# %% wrong="tanh" says="this is tanh"
def sigmoid(b, x):
    from ppdl_course.mpc.circuits import straight_pieces

    return straight_pieces.tanh(b, x)


# %% wrong="step" says="this is a step"
def sigmoid(b, x):
    return [ZERO] * 12 + [b.inv(x[-1])] + [ZERO] * 3


# %% wrong="half" says="1/2 everywhere"
def sigmoid(b, x):
    return arithmetic.constant(2048, 16)


# %% wrong="twelve wires" says="16 wires"
def sigmoid(b, x):
    return x[:12]


# %% wrong="a float" says="does every path"
def sigmoid(b, x):
    return 0.5


# %% wrong="the half missing" says="that half is missing"
def sigmoid(b, x):
    from ppdl_course.mpc.circuits import straight_pieces

    y = straight_pieces.sigmoid(b, x)
    return arithmetic.subtract(b, y, arithmetic.constant(2048, 16))


# %% wrong="CORDIC" says="AND gates; 90 are enough"
def sigmoid(b, x):
    from ppdl_course.mpc.circuits import cordic

    return cordic.sigmoid_by_cordic(b, x)


# %% wrong="products of words" says="AND gates; 90 are enough"
def sigmoid(b, x):
    from ppdl_course.mpc.circuits import straight_pieces

    y = straight_pieces.sigmoid(b, x)
    twice = arithmetic.multiply_fixed(b, y, x, fraction_bits=12)
    zero = arithmetic.subtract(b, twice, arithmetic.add(b, twice, y))
    return arithmetic.negate(b, zero)


# %% equivalent="the two lines do not read each other"
# size = [b.xor(wire, x[-1]) for wire in x[:-1]]; slope, base = ([ZERO] * 12, [ONE] * 12) -> slope, base = ([ZERO] * 12, [ONE] * 12); size = [b.xor(wire, x[-1]) for wire in x[:-1]]
# below = arithmetic.less_than(b, [*size, ZERO], arithmetic.constant(cut, 16)); shifted = (size[shift:] + [ZERO] * shift)[:12] -> shifted = (size[shift:] + [ZERO] * shift)[:12]; below = arithmetic.less_than(b, [*size, ZERO], arithmetic.constant(cut, 16))
# slope = arithmetic.select(b, below, shifted, slope); base = arithmetic.select(b, below, arithmetic.constant(start, 13)[:12], base) -> base = arithmetic.select(b, below, arithmetic.constant(start, 13)[:12], base); slope = arithmetic.select(b, below, shifted, slope)


# %% equivalent="below every cut both are replaced; from 5 on only their sum counts"
# slope, base = ([ZERO] * 12, [ONE] * 12) -> slope, base = ([ONE] * 12, [ZERO] * 12)


# %% equivalent="a unit aside, far within 0.02"
# (20480, 5, 3456) -> (20479, 5, 3456)
# (20480, 5, 3456) -> (20480, 5, 3455)
# (9728, 3, 2560) -> (9729, 3, 2560)
# (9728, 3, 2560) -> (9727, 3, 2560)
# (9728, 3, 2560) -> (9728, 3, 2561)
# (9728, 3, 2560) -> (9728, 3, 2559)
# (4096, 2, 2048) -> (4097, 2, 2048)
# (4096, 2, 2048) -> (4095, 2, 2048)
# (4096, 2, 2048) -> (4096, 2, 2049)
# (4096, 2, 2048) -> (4096, 2, 2047)


# %% equivalent="the same bits are cut to 12 wires"
# arithmetic.constant(start, 13) -> arithmetic.constant(start, 14)
# arithmetic.constant(start, 13) -> arithmetic.constant(start, 12)


# %% equivalent="the sum does not depend on the order"
# value = arithmetic.add(b, slope, base) -> value = arithmetic.add(b, base, slope)
