# %% equivalent="the primes may come in either order"
# p = math.gcd(x - ciphertext[0], n) -> p = math.gcd(x - ciphertext[1], n)
# p = math.gcd(x - ciphertext[0], n) -> p = math.gcd(x - ciphertext[-1], n)
# return (p, n // p) -> return (n // p, p)

# %% equivalent="a greatest common divisor has no sign"
# p = math.gcd(x - ciphertext[0], n) -> p = math.gcd(ciphertext[0] - x, n)

# %% right="by the other remainder"
def find_primes(x, ciphertext, n):
    u, v = ciphertext
    q = math.gcd(x - v, n)
    return n // q, q


# %% right="Euclid by hand"
def find_primes(x, ciphertext, n):
    a, b = abs(x - ciphertext[0]), n
    while b:
        a, b = b, a % b
    return [a, n // a]


# %% wrong="gcd of x" says="Which difference does p divide"
def find_primes(x, ciphertext, n):
    p = math.gcd(x, n)
    return p, n // p


# %% wrong="gcd of the remainder" says="Look at what u is"
def find_primes(x, ciphertext, n):
    p = math.gcd(ciphertext[0], n)
    return p, n // p


# %% wrong="the quotient for q" says="Once you have p, what is q"
def find_primes(x, ciphertext, n):
    p = math.gcd(x - ciphertext[0], n)
    return p, (x - ciphertext[0]) // p


# %% wrong="p alone" says="return two numbers"
def find_primes(x, ciphertext, n):
    return math.gcd(x - ciphertext[0], n)


# %% right="both remainders"
def find_primes(x, ciphertext, n):
    return tuple(math.gcd(x - remainder, n) for remainder in ciphertext)


# %% right="reduced first"
def find_primes(x, ciphertext, n):
    u, _ = ciphertext
    p = math.gcd((x - u) % n, n)
    q, rest = divmod(n, p)
    assert rest == 0
    return min(p, q), max(p, q)


# %% wrong="added, not subtracted" says="Which difference does p divide"
def find_primes(x, ciphertext, n):
    p = math.gcd(x + ciphertext[0], n)
    return p, n // p


# %% wrong="the two remainders subtracted" says="Which difference does p divide"
def find_primes(x, ciphertext, n):
    p = math.gcd(ciphertext[0] - ciphertext[1], n)
    return p, n // p


# %% wrong="trial division, given up" says="you found the factors 1 and n"
def find_primes(x, ciphertext, n):
    for p in range(2, 1000):
        if n % p == 0:
            return p, n // p
    return 1, n


# %% wrong="the remainders" says="these are the remainders of x"
def find_primes(x, ciphertext, n):
    return ciphertext


# %% wrong="no gcd" says="a multiple of the prime, not yet the prime"
def find_primes(x, ciphertext, n):
    p = x - ciphertext[0]
    return p, n // p


# %% wrong="no gcd, twice" says="a multiple of the prime, not yet the prime"
def find_primes(x, ciphertext, n):
    return x - ciphertext[0], x - ciphertext[1]


# %% wrong="p twice" says="Once you have p, what is q"
def find_primes(x, ciphertext, n):
    p = math.gcd(x - ciphertext[0], n)
    return p, p


# %% wrong="divided in floating point" says="/ gives a float of 53 bits"
def find_primes(x, ciphertext, n):
    p = math.gcd(x - ciphertext[0], n)
    return p, int(n / p)


# %% wrong="a float for q" says="a prime must be an int"
def find_primes(x, ciphertext, n):
    p = math.gcd(x - ciphertext[0], n)
    return p, n / p


# %% wrong="a prime taken off" says="do not multiply to n"
def find_primes(x, ciphertext, n):
    p = math.gcd(x - ciphertext[0], n)
    return p, n - p


# %% wrong="a sign" says="primes are positive"
def find_primes(x, ciphertext, n):
    p = -math.gcd(x - ciphertext[0], n)
    return p, n // p


# %% wrong="divisor of a remainder" says="u and v: these are remainders of x"
def find_primes(x, ciphertext, n):
    u, v = ciphertext
    return math.gcd(u, n), math.gcd(v, n)


# %% wrong="sum in place of difference" says="x + u and x + v: these are no multiples"
def find_primes(x, ciphertext, n):
    u, v = ciphertext
    return math.gcd(x + u, n), math.gcd(x + v, n)
