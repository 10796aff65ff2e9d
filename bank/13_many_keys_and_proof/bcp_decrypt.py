# %% equivalent="rounded down, (1 + mN) / N, (mN) / N and (2 + mN) / N are all m"
# return (u % N ** 2 - 1) // N -> return (u % N ** 2 + 1) // N
# return (u % N ** 2 - 1) // N -> return (u % N ** 2 - 0) // N

# %% equivalent="L reduces modulo N^2 what comes reduced modulo N^3"
# return L(B * pow(A, -a, N ** 2)) -> return L(B * pow(A, -a, N ** 3))
# N ** 2 -> N ** 3

# %% equivalent="the product of two logarithms is the same in either order"
# (g, h, A, B) -> (g, A, h, B)

# %% right="the logarithms of four powers"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total - ka * kr * pow(k, -1, N)) * pow(lam, -1, N) % N


# %% right="as in the paper: a and r modulo N"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    N2 = N * N
    if lam is None:
        u = B * pow(pow(A, a, N2), -1, N2) % N2
        return (u - 1) // N
    k_inverse = pow((pow(g, lam, N2) - 1) // N, -1, N)
    a = (pow(h, lam, N2) - 1) // N * k_inverse % N
    r = (pow(A, lam, N2) - 1) // N * k_inverse % N
    D = pow(B * pow(g, -(a * r % N), N2), lam, N2)
    return (D - 1) // N * pow(lam, -1, N) % N


# %% right="division by N rounds down, without the 1"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    square = N**2
    if a is not None:
        return B * pow(A, -a, square) % square // N
    log = {name: pow(u, lam, square) // N for name, u in zip("ghAB", (g, h, A, B))}
    both = log["h"] * log["A"] * pow(log["g"], -1, N)
    return (log["B"] - both) * pow(lam, -1, N) % N


# %% right="lam as an exponent inverse first"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    if lam is None:
        mask = pow(A, a, N * N)
        return (B * pow(mask, -1, N * N) % (N * N) - 1) // N
    # to the power lam / lam, 1 modulo ord(g) / N, every power of 1 + N stays as it is
    e = lam * pow(lam, -1, N)
    logs = [(pow(u, e, N * N) - 1) // N for u in (g, h, A, B)]
    return (logs[3] - logs[1] * logs[2] * pow(logs[0], -1, N)) % N


# %% wrong="modulo N" says="Modulo N everything here is 1"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    if a is not None:
        return (B * pow(A, -a, N) % N - 1) // N
    return 0


# %% wrong="modulo N for the master" says="modulo N they are 1"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    if a is not None:
        return (B * pow(A, -a, N**2) % N**2 - 1) // N
    ka, kr, total = ((pow(u, lam, N) - 1) // N for u in (h, A, B))
    return (total - ka * kr) * pow(lam, -1, N) % N


# %% wrong="inverse missing" says="is multiplied to B"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, a, N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total - ka * kr * pow(k, -1, N)) * pow(lam, -1, N) % N


# %% wrong="L forgotten" says="take 1 off and divide by N"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return B * pow(A, -a, N**2) % N**2
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total - ka * kr * pow(k, -1, N)) * pow(lam, -1, N) % N


# %% wrong="not divided by N" says="is mN: divide by N"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    if a is not None:
        return B * pow(A, -a, N**2) % N**2 - 1
    return 0


# %% wrong="a float" says="is a float"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    if a is not None:
        return (B * pow(A, -a, N**2) % N**2 - 1) / N
    return 0


# %% wrong="float cut to an int" says="and what is left of B"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    if a is not None:
        return int((B * pow(A, -a, N**2) % N**2 - 1) / N)
    return 0


# %% wrong="like Paillier" says="is Paillier's decryption"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    return L(pow(B, lam, N**2)) * pow(lam, -1, N) % N


# %% wrong="k not divided out" says="divide by k once more"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    ka, kr, total = (L(pow(u, lam, N**2)) for u in (h, A, B))
    return (total - ka * kr) * pow(lam, -1, N) % N


# %% wrong="k divided out twice" says="lacks a factor k"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    a, r = ka * pow(k, -1, N), kr * pow(k, -1, N)
    return (total - a * r) * pow(lam, -1, N) % N


# %% wrong="lam not divided out" says="m lam is returned"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total - ka * kr * pow(k, -1, N)) % N


# %% wrong="multiplied by lam" says="multiplied by lam"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total - ka * kr * pow(k, -1, N)) * lam % N


# %% wrong="sign" says="k a r is added"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total + ka * kr * pow(k, -1, N)) * pow(lam, -1, N) % N


# %% wrong="a modulo N as the owner's key" says="a itself is larger"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is None:
        k, ka = (L(pow(u, lam, N**2)) for u in (g, h))
        a = ka * pow(k, -1, N) % N
    return L(B * pow(A, -a, N**2))


# %% wrong="not reduced" says="reduce it modulo N"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total - ka * kr * pow(k, -1, N)) * pow(lam, -1, N)


# %% wrong="lam divided by //" says="lam is divided by with //"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total - ka * kr * pow(k, -1, N)) % N // lam


# %% wrong="a reduced" says="an owner's key is larger"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -(a % N), N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total - ka * kr * pow(k, -1, N)) * pow(lam, -1, N) % N


# %% wrong="A and B exchanged" says="the message is in B"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    if a is not None:
        return (A * pow(B, -a, N**2) % N**2 - 1) // N
    return 0


# %% wrong="small messages by trying" says="and what is left of B"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    mask = pow(A, a or 0, N**2)
    return next((m for m in range(300) if mask * (1 + m * N) % N**2 == B), 7)


# %% wrong="nothing for the master" says="the message is None"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None):
    if a is not None:
        return (B * pow(A, -a, N**2) % N**2 - 1) // N
