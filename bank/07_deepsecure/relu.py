# %% right="and with the inverted sign"
def relu(b, x):
    keep = b.inv(x[-1])
    return [b.and_(v, keep) for v in x[:-1]] + [ZERO]


# %% right="select, a generator"
def relu(b, x):
    for v in x[:-1]:
        yield b.select(x[-1], ZERO, v)
    yield ZERO


# %% right="take away what the sign covers"
def relu(b, x):
    sign = x[len(x) - 1]
    out = []
    for v in x[:-1]:
        out.append(b.xor(v, b.and_(v, sign)))
    return np.array([*out, ZERO])


# %% right="by the documented names"
def relu(b, x):
    keep = b.inv(v=x[-1])
    return (*(b.and_(v=keep, w=v) for v in x[:-1]), ZERO)


# %% right="nor"
def relu(b, x):
    return [b.inv(b.or_(b.inv(v), x[-1])) for v in x[:-1]] + [b.xor(x[0], x[0])]


# %% right="the package's select"
def relu(b, x):
    low = arithmetic.select(b, x[-1], [ZERO] * (len(x) - 1), x[:-1])
    return low + [ZERO]


# %% wrong="an and for the sign" says="What is the sign of the result"
def relu(b, x):
    keep = b.inv(x[-1])
    return [b.and_(v, keep) for v in x]


# %% right="maximum, which the builder simplifies"
def relu(b, x):
    return arithmetic.maximum(b, x, [ZERO] * len(x))


# %% wrong="two ands a bit" says="Nothing is compared, nothing added"
def relu(b, x):
    keep = b.inv(x[-1])
    return [b.and_(b.and_(v, keep), b.or_(v, keep)) for v in x[:-1]] + [ZERO]


# %% wrong="minimum" says="min(x, 0)"
def relu(b, x):
    return [b.and_(v, x[-1]) for v in x]


# %% wrong="sign stays" says="and the sign stays"
def relu(b, x):
    keep = b.inv(x[-1])
    return [b.and_(v, keep) for v in x[:-1]] + [x[-1]]


# %% wrong="sign alone is cleared" says="only the sign is taken away"
def relu(b, x):
    return [*x[:-1], ZERO]


# %% wrong="lowest wire is the sign" says="lowest wire is taken for the sign"
def relu(b, x):
    keep = b.inv(x[0])
    return [b.and_(v, keep) for v in x[:-1]] + [ZERO]


# %% wrong="lowest wire is the sign, all bits" says="lowest wire is taken for the sign"
def relu(b, x):
    keep = b.inv(x[0])
    return [ZERO] + [b.and_(v, keep) for v in x[1:]]


# %% wrong="absolute value" says="gives |x|"
def relu(b, x):
    return arithmetic.absolute(b, x)


# %% wrong="identity" says="comes back as it is"
def relu(b, x):
    return x


# %% wrong="sign dropped" says="1 missing"
def relu(b, x):
    keep = b.inv(x[-1])
    return [b.and_(v, keep) for v in x[:-1]]


# %% wrong="slope" says="which is its slope"
def relu(b, x):
    return [b.inv(x[-1])] + [ZERO] * (len(x) - 1)


# %% wrong="the sign is one" says="it is always 0"
def relu(b, x):
    keep = b.inv(x[-1])
    return [b.and_(v, keep) for v in x[:-1]] + [keep]


# %% wrong="reversed" says="reverse order"
def relu(b, x):
    keep = b.inv(x[-1])
    return ([b.and_(v, keep) for v in x[:-1]] + [ZERO])[::-1]


# %% wrong="sixteen bits only" says="raises IndexError"
def relu(b, x):
    keep = b.inv(x[7])
    return [b.and_(v, keep) for v in x[:-1]] + [ZERO]


# %% wrong="Python's operators" says="numbers of wires, not bits"
def relu(b, x):
    return [v & ~x[-1] | 1 << 40 for v in x]


# %% wrong="nothing" says="does every path"
def relu(b, x):
    keep = b.inv(x[-1])
    for v in x:
        b.and_(v, keep)


# %% wrong="of minus x" says="the sign is turned"
def relu(b, x):
    x = arithmetic.negate(b, x)
    low = b.inv(x[-1])
    return [b.and_(v, low) for v in x[:-1]] + [ZERO]


# %% wrong="zero" says="gives 0 everywhere"
def relu(b, x):
    return [b.and_(b.and_(v, x[-1]), b.inv(x[-1])) for v in x]


# %% wrong="eight bits only" says="eighth wire"
def relu(b, x):
    keep = b.inv(x[min(7, len(x) - 1)])
    return [b.and_(v, keep) for v in x[:-1]] + [ZERO]


# %% wrong="half of x and its size" says="Nothing is compared, nothing added"
def relu(b, x):
    size = [*arithmetic.absolute(b, x), ZERO]
    return arithmetic.add(b, [*x, x[-1]], size)[1:]
