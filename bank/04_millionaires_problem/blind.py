# %% equivalent="the number drawn before the refusal is told to nobody"
# if not (1 <= A < group.p and pow(A, group.q, group.p) == 1):; b = randbelow(group.q) -> b = randbelow(group.q); if not (1 <= A < group.p and pow(A, group.q, group.p) == 1):

# %% equivalent="0 and p have no power that is 1 modulo p"
# 1 <= A < group.p -> 1 <= A <= group.p
# if not (1 <= A < group.p and pow(A, group.q, group.p) == 1): -> if not (0 <= A < group.p and pow(A, group.q, group.p) == 1):

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


# %% wrong="power only" says="is not an element of the group and was not"
def blind(c, A, group, randbelow=secrets.randbelow):
    if pow(A, group.q, group.p) != 1:
        raise ValueError("A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="b from 1" says="b must be"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q) + 1
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="assert" says="with a ValueError, not"
def blind(c, A, group, randbelow=secrets.randbelow):
    assert 1 <= A < group.p
    assert pow(A, group.q, group.p) == 1
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="checks for c = 0 only" says="is not an element of the group and was not"
def blind(c, A, group, randbelow=secrets.randbelow):
    if c == 0:
        group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="refuses 1" says="is an element of the group, and was"
def blind(c, A, group, randbelow=secrets.randbelow):
    if A <= 1:
        raise ValueError("A")
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="one generator for all groups" says="not A^c g^b mod p"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(4, b, group.p) % group.p


# %% right="a set of elements where it is small, no branch on c"
def blind(c, A, group, randbelow=secrets.randbelow):
    if group.q < 1000:
        member = A in {pow(group.g, k, group.p) for k in range(group.q)}
    else:
        member = A % group.p == A and pow(A, group.q, group.p) == 1
    if not member:
        raise ValueError("no element of the group")
    b = randbelow(group.q)
    return b, (1 + c * (A - 1)) * pow(group.g, b, group.p) % group.p


# %% right="keyword"
def blind(c, A, group, randbelow=secrets.randbelow):
    if A not in range(1, group.p) or pow(A, group.q, group.p) - 1:
        raise ValueError(A)
    b = randbelow(group.q)
    factor = A if c else 1
    return (b, factor * pow(group.g, b, group.p) % group.p)


# %% right="Legendre symbol, where p = 2q + 1"
def blind(c, A, group, randbelow=secrets.randbelow):
    if not 0 < A < group.p or pow(A, (group.p - 1) // 2, group.p) != 1:
        raise ValueError("A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="redraws b = 0" says="0 too"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    while b == 0:
        b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="Legendre, wrong exponent" says="not an element"
def blind(c, A, group, randbelow=secrets.randbelow):
    if not 0 < A < group.p or pow(A, group.p - 1, group.p) != 1:
        raise ValueError("A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="A below 0" says="A = -19 is not an element"
def blind(c, A, group, randbelow=secrets.randbelow):
    if A >= group.p or pow(A, group.q, group.p) != 1:
        raise ValueError("A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="default torch" says="a generator made for statistics"
import torch


def torch_below(n):
    words = torch.randint(0, 2**31, (12,)).tolist()
    return sum(v << 31 * k for k, v in enumerate(words)) % n


def blind(c, A, group, randbelow=torch_below):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="default of 32 bits" says="so few values"
def blind(c, A, group, randbelow=lambda n: secrets.randbits(32) % n):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="divides" says="you divide by"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, -c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="A to the b" says="it is A^b"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, b, group.p) if c else pow(group.g, b, group.p)


# %% wrong="sum" says="you add A"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, (c * A + pow(group.g, b, group.p)) % group.p


# %% wrong="mod q" says="reduced modulo q"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p % group.q


# %% wrong="pair turned" says="the pair is turned round"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return pow(A, c, group.p) * pow(group.g, b, group.p) % group.p, b


# %% wrong="A squared for c" says="A comes twice"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, (A * A if c else 1) * pow(group.g, b, group.p) % group.p


# %% wrong="choice inverted" says="turned round"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, 1 - c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="draws by itself" says="never calls randbelow"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = secrets.randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="A^q alone" says="Elements are reduced: 1 <= A < p"
def blind(c, A, group, randbelow=secrets.randbelow):
    p, q = group.p, group.q
    if pow(A, q, p) != 1:
        raise ValueError(f"{A} has another order than {q}")
    b = randbelow(q)
    B = group.base_power(b)
    return b, B * A % p if c else B
