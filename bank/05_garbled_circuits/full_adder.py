# %% right="one and of differences"
def full_adder(b, x, y, carry):
    s = b.xor(b.xor(x, y), carry)
    return s, b.xor(b.and_(b.xor(x, carry), b.xor(y, carry)), carry)


# %% right="multiplexer, as a list"
def full_adder(b, x, y, carry):
    differ = b.xor(x, y)
    return [b.xor(differ, carry), b.select(differ, carry, x)]


# %% right="and of differences from x"
def full_adder(b, x, y, carry):
    t = b.and_(b.xor(x, y), b.xor(x, carry))
    return b.xor(carry, b.xor(x, y)), b.xor(x, t)


# %% wrong="textbook" says="5 AND gates"
def full_adder(b, x, y, carry):
    most = b.or_(b.or_(b.and_(x, y), b.and_(x, carry)), b.and_(y, carry))
    return b.xor(b.xor(x, y), carry), most


# %% wrong="two half adders" says="2 AND gates"
def full_adder(b, x, y, carry):
    half = b.xor(x, y)
    return b.xor(half, carry), b.xor(b.and_(x, y), b.and_(half, carry))


# %% wrong="half adder" says="does not reach the sum"
def full_adder(b, x, y, carry):
    return b.xor(x, y), b.and_(x, y)


# %% wrong="swapped" says="swapped"
def full_adder(b, x, y, carry):
    s = b.xor(b.xor(x, y), carry)
    return b.xor(b.and_(b.xor(x, carry), b.xor(y, carry)), carry), s


# %% right="array"
def full_adder(b, x, y, carry):
    d = b.xor(x, y)
    return np.array([b.xor(d, carry), b.select(d, carry, x)])


# %% right="generator"
def full_adder(b, x, y, carry):
    d = b.xor(x, y)
    yield b.xor(d, carry)
    yield b.select(d, carry, y)


# %% wrong="carry lost" says="the carry that comes in is"
def full_adder(b, x, y, carry):
    return b.xor(b.xor(x, y), carry), b.and_(x, y)


# %% wrong="Python's operators" says="numbers of wires, not bits"
def full_adder(b, x, y, carry):
    return x ^ y ^ carry, x & y


# %% wrong="any bit carries" says="as soon as one bit is 1"
def full_adder(b, x, y, carry):
    return b.xor(b.xor(x, y), carry), b.or_(b.or_(x, y), carry)


# %% wrong="all three carry" says="only if all three bits are 1"
def full_adder(b, x, y, carry):
    return b.xor(b.xor(x, y), carry), b.and_(b.and_(x, y), carry)


# %% wrong="select's cases turned" says="two cases of the carry out are turned round"
def full_adder(b, x, y, carry):
    differ = b.xor(x, y)
    return b.xor(differ, carry), b.select(differ, x, carry)


# %% wrong="tests for equal, selects as if for different" says="cases of the carry out"
def full_adder(b, x, y, carry):
    same = b.inv(b.xor(x, y))
    return b.inv(b.xor(same, carry)), b.select(same, carry, x)


# %% wrong="sum by or" says="an OR made the sum"
def full_adder(b, x, y, carry):
    differ = b.xor(x, y)
    return b.or_(differ, carry), b.select(differ, carry, x)


# %% wrong="one inverter too many" says="the carry out is inverted"
def full_adder(b, x, y, carry):
    differ = b.xor(x, y)
    return b.xor(differ, carry), b.inv(b.select(differ, carry, x))


# %% wrong="the sum alone" says="must return two wires"
def full_adder(b, x, y, carry):
    return b.xor(b.xor(x, y), carry)


# %% wrong="or of two products" says="AND gates"
def full_adder(b, x, y, carry):
    differ = b.xor(x, y)
    return b.xor(differ, carry), b.or_(b.and_(x, y), b.and_(carry, differ))


# %% right="majority by inverted or"
def full_adder(b, x, y, carry):
    u, v = b.xor(x, y), b.xor(y, carry)
    return b.xor(u, carry), b.xor(y, b.inv(b.or_(b.inv(u), b.inv(v))))


# %% right="by the documented names"
def full_adder(b, x, y, carry):
    t = b.xor(v=x, w=y)
    u = b.and_(v=t, w=b.xor(v=x, w=carry))
    return b.xor(v=t, w=carry), b.xor(v=x, w=u)


# %% right="select by names"
def full_adder(b, x, y, carry):
    t = b.xor(x, y)
    return b.inv(v=b.inv(b.xor(t, carry))), b.select(bit=t, one=carry, zero=y)


# %% right="or by names, twice inverted"
def full_adder(b, x, y, carry):
    u, v = b.xor(x, y), b.xor(y, carry)
    return b.xor(u, carry), b.xor(y, b.inv(b.or_(v=b.inv(u), w=b.inv(v))))


# %% wrong="carry of differences alone" says="both differ from the carry"
def full_adder(b, x, y, carry):
    return b.xor(b.xor(x, y), carry), b.and_(b.xor(x, carry), b.xor(y, carry))


# %% wrong="carry is passed on" says="is the carry that comes in"
def full_adder(b, x, y, carry):
    return b.xor(b.xor(x, y), carry), carry


# %% wrong="sum without y" says="y is missing"
def full_adder(b, x, y, carry):
    w = b.xor(x, carry)
    return w, b.xor(carry, b.and_(w, b.xor(y, carry)))


# %% wrong="sum inverted" says="the sum is inverted"
def full_adder(b, x, y, carry):
    w = b.xor(x, carry)
    return b.inv(b.xor(w, y)), b.xor(carry, b.and_(w, b.xor(y, carry)))


# %% wrong="xor x instead of carry" says="XORed with y or x"
def full_adder(b, x, y, carry):
    w = b.xor(x, carry)
    return b.xor(w, y), b.xor(y, b.and_(w, b.xor(y, carry)))


# %% wrong="carry of x and y or carry" says="whenever the old carry is"
def full_adder(b, x, y, carry):
    return b.xor(b.xor(x, y), carry), b.or_(b.and_(x, y), carry)


# %% wrong="half sum or carry" says="(x XOR y) OR the old carry"
def full_adder(b, x, y, carry):
    differ = b.xor(x, y)
    return b.xor(differ, carry), b.or_(carry, differ)
