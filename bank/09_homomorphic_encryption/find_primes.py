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
