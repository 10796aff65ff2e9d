# %% equivalent="which party adds d e, one of the two, is free"
# return share ^ d & e if party == 0 else share -> return share if party == 0 else share ^ d & e
# return share ^ d & e if party == 0 else share -> return share ^ d & e if party != 0 else share
# return share ^ d & e if party == 0 else share -> return share ^ d & e if party == 1 else share

# %% right="branches"
def and_share(party, d, e, a, b, c):
    share = c
    if d:
        share ^= b
    if e:
        share ^= a
    if party == 0 and d and e:
        share ^= 1
    return share


# %% right="party 1 adds the constant, arithmetic modulo 2"
def and_share(party, d, e, a, b, c):
    return (c + d * b + e * a + party * d * e) % 2


# %% wrong="both add d e" says="not in both"
def and_share(party, d, e, a, b, c):
    return c ^ (d & b) ^ (e & a) ^ (d & e)


# %% wrong="nobody adds d e" says="not in neither"
def and_share(party, d, e, a, b, c):
    return c ^ (d & b) ^ (e & a)


# %% wrong="a and b exchanged" says="Multiply out"
def and_share(party, d, e, a, b, c):
    share = c ^ (d & a) ^ (e & b)
    return share ^ (d & e) if party == 0 else share


# %% wrong="added as numbers" says="shares of bits are bits"
def and_share(party, d, e, a, b, c):
    share = c + d * b + e * a
    return share + d * e if party == 0 else share


# %% right="bool"
def and_share(party, d, e, a, b, c):
    return bool(c) ^ bool(d and b) ^ bool(e and a) ^ bool(not party and d and e)


# %% right="numpy bool"
def and_share(party, d, e, a, b, c):
    return np.bool_((c + d * b + e * a + (1 - party) * d * e) % 2)


# %% wrong="c left out" says="share of a b, is missing"
def and_share(party, d, e, a, b, c):
    share = (d & b) ^ (e & a)
    return share ^ (d & e) if party == 0 else share


# %% wrong="a b instead of c" says="is no share of a b"
def and_share(party, d, e, a, b, c):
    share = (a & b) ^ (d & b) ^ (e & a)
    return share ^ (d & e) if party == 0 else share


# %% wrong="one mixed term" says="e a is missing"
def and_share(party, d, e, a, b, c):
    share = c ^ (d & b)
    return share ^ (d & e) if party == 0 else share


# %% wrong="a mixed term for each party" says="each needs both, with its own a and b"
def and_share(party, d, e, a, b, c):
    return c ^ (e & a) if party else c ^ (d & b) ^ (d & e)


# %% wrong="or" says="the terms are joined by or"
def and_share(party, d, e, a, b, c):
    share = c | (d & b) | (e & a)
    return share | (d & e) if party == 0 else share


# %% wrong="minus" says="a share must be in 0.."
def and_share(party, d, e, a, b, c):
    share = c - d * b - e * a
    return share - d * e if party == 0 else share


# %% wrong="a list of terms" says="a share must be a whole number"
def and_share(party, d, e, a, b, c):
    return [c, d & b, e & a, d & e]


# %% right="keyword-like table"
def and_share(party, d, e, a, b, c):
    constant = d & e if party == 1 else 0
    return (c + a * e + b * d + constant) & 1


# %% right="factored"
def and_share(party, d, e, a, b, c):
    if party == 0:
        return c ^ ((d ^ a) & (e ^ b)) ^ (a & b)
    return c ^ (d & b) ^ (e & a)


# %% wrong="product of opened" says="hides nothing"
def and_share(party, d, e, a, b, c):
    return d & e


# %% wrong="c only in one" says="c goes into both"
def and_share(party, d, e, a, b, c):
    return (c if party == 0 else 0) ^ (d & b) ^ (e & a) ^ (d & e & (1 - party))


# %% wrong="d xor a times e xor b" says="no share of the product"
def and_share(party, d, e, a, b, c):
    return (d ^ a) & (e ^ b)


# %% wrong="or for and" says="or stands where"
def and_share(party, d, e, a, b, c):
    return c ^ (d | b) ^ (e | a) ^ ((d | e) & (1 - party))


# %% wrong="c alone" says="c alone is a share"
def and_share(party, d, e, a, b, c):
    return c


# %% wrong="d without b" says="stand alone"
def and_share(party, d, e, a, b, c):
    return c ^ d ^ e ^ (d & e & (1 - party))


# %% wrong="a and b taken twice" says="there for it already"
def and_share(party, d, e, a, b, c):
    return c ^ (a & b) ^ (d & b) ^ (e & a) ^ (d & e & (1 - party))


# %% wrong="mixed terms only in party 0" says="one party alone has d b"
def and_share(party, d, e, a, b, c):
    return c ^ (d & b) ^ (e & a) ^ (d & e) if party == 0 else c


# %% wrong="party 1 adds d xor e" says="yours is the sum d xor e"
def and_share(party, d, e, a, b, c):
    share = c ^ (d & b) ^ (e & a)
    return share ^ d ^ e if party else share


# %% wrong="product of the own x and y" says="each party multiplies shares of its own"
def and_share(party, d, e, a, b, c):
    if party == 0:
        return (d ^ a) & (e ^ b)
    return (a & b) ^ c
