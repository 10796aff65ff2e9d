# %% equivalent="only 19 products at 41 bits take 881, more than the noise of CKKS allows"
# allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881} -> allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 880}

# %% equivalent="a longer first prime is allowed, also where it takes the next degree"
# outer = scale_bits + 10 -> outer = scale_bits + 11

# %% equivalent="neither statement reads what the other one binds"
# sizes = [outer, *[scale_bits] * products, outer]; allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881} -> allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}; sizes = [outer, *[scale_bits] * products, outer]

# %% equivalent="scale_bits (products + 2) + 20 is none of 109, 219, 439 and 882"
# allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881} -> allowed = {4096: 108, 8192: 218, 16384: 438, 32768: 881}
# allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881} -> allowed = {4096: 109, 8192: 219, 16384: 438, 32768: 881}
# allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881} -> allowed = {4096: 109, 8192: 218, 16384: 439, 32768: 881}
# allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881} -> allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 882}

# %% right="a longer first prime"
def choose_parameters(products, scale_bits):
    for degree, bits in ((4096, 109), (8192, 218), (16384, 438), (32768, 881)):
        spare = bits - products * scale_bits
        outer = min(60, spare // 2)
        if outer >= scale_bits + 10:
            return degree, [outer] + products * [scale_bits] + [outer]


# %% right="a tuple"
def choose_parameters(products, scale_bits):
    sizes = (scale_bits + 10,) + (scale_bits,) * products + (scale_bits + 12,)
    if sum(sizes) <= 109:
        return [4096, sizes]
    return [8192 if sum(sizes) <= 218 else 16384 if sum(sizes) <= 438 else 32768, sizes]


# %% wrong="forgets the special prime" says="The last prime serves the keys only"
def choose_parameters(products, scale_bits):
    sizes = [scale_bits + 10, *[scale_bits] * products]
    if products == 0:
        sizes.append(scale_bits + 10)
    total = sum(sizes)
    return (4096 if total <= 109 else 8192 if total <= 218 else 16384), sizes


# %% wrong="insecure" says="encryption parameters are not set correctly"
def choose_parameters(products, scale_bits):
    return 4096, [scale_bits + 10, *[scale_bits] * products, scale_bits + 10]


# %% wrong="wasteful" says="safe but wasteful"
def choose_parameters(products, scale_bits):
    return 32768, [scale_bits + 10, *[scale_bits] * products, scale_bits + 10]


# %% wrong="scale and primes differ" says="no exception, but results wrong"
def choose_parameters(products, scale_bits):
    sizes = [60, *[scale_bits + 6] * products, 60]
    total = sum(sizes)
    return (8192 if total <= 218 else 16384 if total <= 438 else 32768), sizes


# %% right="long outer primes wherever they fit"
def choose_parameters(products, scale_bits):
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    for degree in sorted(allowed):
        for outer in (60, scale_bits + 10):
            sizes = [outer] + [scale_bits] * products + [outer]
            if outer >= scale_bits + 10 and sum(sizes) <= allowed[degree]:
                return degree, sizes


# %% wrong="one middle prime too many" says="safe but wasteful"
def choose_parameters(products, scale_bits):
    sizes = [scale_bits + 10, *[scale_bits] * (products + 1), scale_bits + 10]
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    return min(n for n, bits in allowed.items() if sum(sizes) <= bits), sizes


# %% wrong="one middle prime too few" says="each product uses up one"
def choose_parameters(products, scale_bits):
    sizes = [scale_bits + 10, *[scale_bits] * max(0, products - 1), scale_bits + 10]
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    return min(n for n, bits in allowed.items() if sum(sizes) <= bits), sizes


# %% wrong="little room for the result" says="bits before the point for the result"
def choose_parameters(products, scale_bits):
    sizes = [scale_bits + 4, *[scale_bits] * products, scale_bits + 4]
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    return min(n for n, bits in allowed.items() if sum(sizes) <= bits), sizes


# %% wrong="the special prime short" says="the special prime, the last, is shorter"
def choose_parameters(products, scale_bits):
    sizes = [scale_bits + 10, *[scale_bits] * (products + 1)]
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    return min(n for n, bits in allowed.items() if sum(sizes) <= bits), sizes


# %% wrong="the tutorial's 60 at both ends" says="safe but wasteful"
def choose_parameters(products, scale_bits):
    sizes = [60, *[scale_bits] * products, 60]
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    return min(n for n, bits in allowed.items() if sum(sizes) <= bits), sizes


# %% wrong="the tutorial's numbers" says="each product uses up one"
def choose_parameters(products, scale_bits):
    return 8192, [60, 40, 40, 60]


# %% wrong="the sizes alone" says="return a pair"
def choose_parameters(products, scale_bits):
    return [scale_bits + 10, *[scale_bits] * products, scale_bits + 10]


# %% right="a special prime as long as there is room"
def choose_parameters(products, scale_bits):
    outer = scale_bits + 10
    sizes = [outer, *[scale_bits] * products, outer]
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    degree = min(n for n, bits in allowed.items() if sum(sizes) <= bits)
    sizes[-1] += min(60 - outer, allowed[degree] - sum(sizes))
    return degree, sizes


# %% wrong="a chain that just fits is left out" says="safe but wasteful"
def choose_parameters(products, scale_bits):
    outer = scale_bits + 10
    sizes = [outer, *[scale_bits] * products, outer]
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    return min(n for n, bits in allowed.items() if sum(sizes) < bits), sizes


# %% wrong="n from 1024" says="from 4096 up"
def choose_parameters(products, scale_bits):
    outer = scale_bits + 10
    sizes = [outer, *[scale_bits] * products, outer]
    allowed = {1024: 27, 2048: 54, 4096: 109, 8192: 218, 16384: 438, 32768: 881}
    return min(n for n, bits in allowed.items() if sum(sizes) <= bits), sizes


# %% wrong="27 bits for 1024 coefficients" says="safe but wasteful"
def choose_parameters(products, scale_bits):
    outer = scale_bits + 10
    sizes = [outer, *[scale_bits] * products, outer]
    degree = 4096
    while degree // 1024 * 27 < sum(sizes):
        degree *= 2
    return degree, sizes


# %% wrong="a cap that is too large" says="allows 438"
def choose_parameters(products, scale_bits):
    outer = scale_bits + 10
    sizes = [outer, *[scale_bits] * products, outer]
    allowed = {4096: 109, 8192: 218, 16384: 440, 32768: 881}
    return min(n for n, bits in allowed.items() if sum(sizes) <= bits), sizes


# %% wrong="the pair turned round" says="turned round"
def choose_parameters(products, scale_bits):
    outer = scale_bits + 10
    sizes = [outer, *[scale_bits] * products, outer]
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    return sizes, min(n for n, bits in allowed.items() if sum(sizes) <= bits)
