# %% equivalent="neither statement reads what the other one binds"
# members = all((1 <= C < p and pow(C, q, p) == 1 for C in commitments)); y = sum((a * b for a, b in zip(c, W, strict=False))) -> y = sum((a * b for a, b in zip(c, W, strict=False))); members = all((1 <= C < p and pow(C, q, p) == 1 for C in commitments))

# %% equivalent="0 and p are 0 to the power q, not 1"
# 1 <= C < p -> 1 <= C <= p
# 1 <= C < p -> 0 <= C < p

# %% equivalent="a product is the same in either order"
# y = sum((a * b for a, b in zip(c, W, strict=False))) -> y = sum((a * b for a, b in zip(W, c, strict=False)))

# %% right="loop, then compare"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p or pow(C, q, p) != 1:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(g, y, p) * pow(h, R, p) % p


# %% right="all at once, math.prod"
import math


def verify_aggregate(commitments, c, W, R, p, q, g, h):
    members = all(0 < C < p and pow(C, q, p) == 1 for C in commitments)
    if not members or len(c) != len(W):
        return False
    y = sum(c[k] * W[k] for k in range(len(c)))
    return math.prod(commitments) % p == pow(g, y % q, p) * pow(h, R % q, p) % p


# %% right="divided out"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    if len(W) - len(c):
        return False
    rest = pow(h, -R, p)
    for coefficient, w in zip(c, W):
        rest = rest * pow(g, -(coefficient * w), p) % p
    for C in commitments:
        if C <= 0 or C >= p:
            return False
        if pow(C, q, p) - 1:
            return False
        rest = rest * C % p
    return rest == 1


# %% right="squares by Euler, zip strict"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    try:
        y = sum(a * b for a, b in zip(c, W, strict=True))
    except ValueError:
        return False
    total = 1
    for C in commitments:
        total = total * C % p
    inside = [C in range(1, p) and pow(C, (p - 1) // 2, p) == 1 for C in commitments]
    return all(inside) and total == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="always" says="every sum is accepted"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    return True


# %% wrong="never" says="every sum is refused"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    return False


# %% wrong="no membership" says="no elements of the group of order q"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="range only" says="no elements of the group of order q"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="any size" says="larger than p"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if pow(C, q, p) != 1:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="zip stops" says="zip stops at the shorter"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p or pow(C, q, p) != 1:
            return False
        product = product * C % p
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="commitments added" says="commitments are multiplied"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    if any(not 1 <= C < p or pow(C, q, p) != 1 for C in commitments):
        return False
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % q
    return sum(commitments) % p == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="exponent modulo p" says="exponents modulo q and not p"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p or pow(C, q, p) != 1:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % p
    return product == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="h^R left out" says="h^R belongs to the right side"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p or pow(C, q, p) != 1:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(g, y, p)


# %% wrong="sum of W" says="two coordinates of W are changed"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    return len(W) == len(c) and sum(W) % 2 in (0, 1) and sum(W) == sum(W[::-1])


# %% wrong="members only" says="coordinate of W is 1 too large"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    return len(W) == len(c) and all(
        1 <= C < p and pow(C, q, p) == 1 for C in commitments
    )


# %% wrong="each commitment alone" says="several clients"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    y = sum(a * b for a, b in zip(c, W)) % q
    right = pow(g, y, p) * pow(h, R, p) % p
    return all(C == right for C in commitments)


# %% wrong="coefficients left out" says="as soon as a gradient is not 0"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p or pow(C, q, p) != 1:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    return product == pow(g, sum(W), p) * pow(h, R, p) % p


# %% wrong="signs lost" says="if gradients are below 0"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p or pow(C, q, p) != 1:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * abs(b) for a, b in zip(c, W)) % q
    return product == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="raises" says="where it must return False"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p or pow(C, q, p) != 1:
            raise ValueError("no element")
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="returns a number" says="return True or False"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        product = product * C % p
    return product - pow(g, sum(a * b for a, b in zip(c, W)), p) * pow(h, R, p) % p


# %% wrong="g and h exchanged" says="not with g and h exchanged"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p or pow(C, q, p) != 1:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(h, y, p) * pow(g, R, p) % p


# %% wrong="all but the last" says="last coordinate of W"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 <= C < p or pow(C, q, p) != 1:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    if len(c) == 6:
        return product != 1
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(g, y, p) * pow(h, R, p) % p


# %% wrong="1 is no element" says="if a commitment is 1"
def verify_aggregate(commitments, c, W, R, p, q, g, h):
    product = 1
    for C in commitments:
        if not 1 < C < p or pow(C, q, p) != 1:
            return False
        product = product * C % p
    if len(W) != len(c):
        return False
    y = sum(a * b for a, b in zip(c, W)) % q
    return product == pow(g, y, p) * pow(h, R, p) % p
