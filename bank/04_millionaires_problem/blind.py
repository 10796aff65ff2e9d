# %% right="branches"
def blind(c, A, group, randbelow=secrets.randbelow):
    if A < 1 or A >= group.p or pow(A, group.q, group.p) != 1:
        raise ValueError("A is outside the group")
    b = randbelow(group.q)
    B = pow(group.g, b, group.p)
    if c == 1:
        B = B * A % group.p
    return b, B


# %% right="the package's own test"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return [b, (A**c * group.base_power(b)) % group.p]


# %% wrong="A not checked" says="was not refused"
def blind(c, A, group, randbelow=secrets.randbelow):
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="choice forgotten" says="does not depend on c"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(group.g, b, group.p)


# %% wrong="short exponent" says="exponents of this group live in"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(4)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="random by default" says="made for statistics"
def blind(c, A, group, randbelow=random.randrange):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p
