# %% equivalent="the two lines do not read each other"
# square = N * N; parts = zip(z, x, y, strict=True) -> parts = zip(z, x, y, strict=True); square = N * N


# %% equivalent="all have two parts"
# parts = zip(z, x, y, strict=True) -> parts = zip(z, x, y, strict=False)

# %% right="negative powers"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return T1 * (1 - rx * ry * N) % square, T2 % square


# %% right="exponents modulo N"
def unblind_product(z, x, y, rx, ry, N):
    square = N**2
    out = []
    for k in (0, 1):
        part = z[k] * pow(x[k], N - ry, square) % square
        out.append(part * pow(y[k], (-rx) % N, square) % square)
    out[0] = out[0] * pow(1 + N, -rx * ry, square) % square
    return out


# %% right="all that must go is encrypted, and divided off"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    away = [pow(a, ry, square) * pow(b, rx, square) % square for a, b in zip(x, y)]
    away[0] = away[0] * (1 + rx * ry % N * N) % square
    return tuple(c * pow(b, -1, square) % square for c, b in zip(z, away))


# %% wrong="rx and ry exchanged" says="x is multiplied by ry"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -rx, square) * pow(b, -ry, square) for c, a, b in parts)
    return T1 * (1 - rx * ry * N) % square, T2 % square


# %% wrong="rx ry left in" says="rx ry is left in"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return T1 % square, T2 % square


# %% wrong="only rx ry" says="x ry + y rx is not"
def unblind_product(z, x, y, rx, ry, N):
    return z[0] * (1 - rx * ry * N) % (N * N), z[1]


# %% wrong="signs" says="added instead of taken off"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, ry, square) * pow(b, rx, square) for c, a, b in parts)
    return T1 * (1 + rx * ry * N) % square, T2 % square


# %% wrong="sign of rx ry" says="rx ry is added instead"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return T1 * (1 + rx * ry * N) % square, T2 % square


# %% wrong="modulo N" says="below N"
def unblind_product(z, x, y, rx, ry, N):
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, N) * pow(b, -rx, N) % N for c, a, b in parts)
    return T1 * (1 - rx * ry * N) % N, T2 % N


# %% wrong="T2 forgotten" says="T2 is still z's"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    T1 = z[0] * pow(x[0], -ry, square) * pow(y[0], -rx, square)
    return T1 * (1 - rx * ry * N) % square, z[1]


# %% wrong="the factor in both" says="which goes into T1 alone"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    plain = 1 - rx * ry * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return T1 * plain % square, T2 * plain % square


# %% wrong="not reduced" says="reduce it modulo N^2"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return T1 * (1 + (-rx * ry) % N * N), T2


# %% wrong="numbers taken off" says="multiply (x + rx)(y + ry) out"
def unblind_product(z, x, y, rx, ry, N):
    return z[0] * (1 - (rx + ry) * N) % (N * N), z[1]


# %% wrong="one term" says="y rx is left in"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    T1, T2 = (c * pow(a, -ry, square) for c, a in zip(z, x))
    return T1 * (1 - rx * ry * N) % square, T2 % square


# %% wrong="a difference of ciphertexts" says="does not hold x y"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c - pow(a, ry, square) - pow(b, rx, square) for c, a, b in parts)
    return (T1 - rx * ry * N) % square, T2 % square


# %% wrong="nothing" says="this is still (x + rx)(y + ry)"
def unblind_product(z, x, y, rx, ry, N):
    return z


# %% wrong="as a factor" says="does not hold x y"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    back = pow(rx * ry or 1, -1, N)
    return tuple(pow(c, back, square) for c in z)


# %% wrong="a float" says="float"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return float(T1 % square), float(T2 % square)


# %% wrong="exchanged parts" says="T1 and T2 are exchanged"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return T2 % square, T1 * (1 - rx * ry * N) % square


# %% wrong="only T1" says="must be a ciphertext (T1, T2)"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    T1 = z[0] * pow(x[0], -ry, square) * pow(y[0], -rx, square)
    return T1 * (1 - rx * ry * N) % square


# %% wrong="rx ry taken off twice" says="taken off twice"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return T1 * (1 - 2 * rx * ry * N) % square, T2 % square


# %% wrong="blinding below 2^64" says="does not hold x y"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    rx, ry = rx % 2**64, ry % 2**64
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return T1 * (1 - rx * ry * N) % square, T2 % square


# %% wrong="powers modulo N" says="the powers are taken modulo N"
def unblind_product(z, x, y, rx, ry, N):
    square = N * N
    parts = zip(z, x, y)
    T1, T2 = (c * pow(a, -ry, N) * pow(b, -rx, N) for c, a, b in parts)
    return T1 * (1 - rx * ry * N) % square, T2 % square
