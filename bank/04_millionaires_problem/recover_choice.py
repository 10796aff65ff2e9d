# %% equivalent="a function that ends returns None"
# return None -> (left out)

# %% equivalent="both choices explain B only if A is 1, and then nothing tells them apart"
# for c in (0, 1): -> for c in (1, 0):

# %% right="a table of powers"
def recover_choice(A, B, group, seeds):
    powers = set()
    for seed in seeds:
        generator = random.Random(seed)
        for _ in range(DRAW - 1):
            generator.randrange(group.q)
        powers.add(pow(group.g, generator.randrange(group.q), group.p))
    if B in powers:
        return 0
    if B * pow(A, -1, group.p) % group.p in powers:
        return 1
    return None


# %% right="quotient for each seed"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW)][DRAW - 1]
        left = group.quotient(B, group.base_power(b))
        if left in (1, A):
            return int(left == A)


# %% wrong="only tries one choice" says="no seed explains"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        if B == pow(group.g, b, group.p):
            return 0
    return 1


# %% wrong="returns the seed" says="return the choice"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        if B in (group.base_power(b), group.product(A, group.base_power(b))):
            return seed


# %% wrong="numpy's generator" says="no choice found"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        rng = np.random.default_rng(seed)
        b = [int(rng.integers(2**62)) % group.q for _ in range(DRAW)][-1]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% wrong="swapped" says="the choice was"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        g_b = group.base_power(b)
        if B == g_b:
            return 1
        if B == group.product(A, g_b):
            return 0


# %% wrong="the first draw" says="your attack finds b if it was draw 1"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        b = random.Random(seed).randrange(group.q)
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% copied="the third draw" says="another variant's number"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        r.randrange(group.q), r.randrange(group.q)
        b = r.randrange(group.q)
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% right="next of a generator"
def recover_choice(A, B, group, seeds):
    from itertools import islice

    def draws(seed):
        generator = random.Random(seed)
        while True:
            yield generator.randrange(group.q)

    exponents = (next(islice(draws(seed), DRAW - 1, None)) for seed in seeds)
    powers = (pow(group.g, b, group.p) for b in exponents)
    return next(
        (int(B != g_b) for g_b in powers if B in (g_b, A * g_b % group.p)), None
    )


# %% wrong="draws counted from 0" says="is that another variant's number?"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW + 1)][DRAW]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% wrong="seeded again for each draw" says="your attack finds b if it was draw 1"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        for _ in range(DRAW):
            b = random.Random(seed).randrange(group.q)
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% wrong="one generator for all seeds" says="Go on to the next seed"
def recover_choice(A, B, group, seeds):
    r = random.Random(seeds[0])
    for _ in seeds:
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% wrong="last seed left out" says="number 200 of 200 among them"
def recover_choice(A, B, group, seeds):
    for place in range(len(seeds) - 1):
        r = random.Random(seeds[place])
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% wrong="product not reduced" says="among them, and c = 1"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        for c in (0, 1):
            if A**c * group.base_power(b) == B:
                return c


# %% wrong="a guess if nothing fits" says="no seed explains this B"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c
    return 0


# %% right="dictionary"
def recover_choice(A, B, group, seeds):
    table = {}
    for seed in seeds:
        r = random.Random(seed)
        for _ in range(DRAW):
            b = r.randrange(group.q)
        g_b = group.base_power(b)
        table.setdefault(g_b, 0)
        table.setdefault(group.product(A, g_b), 1)
    return table.get(B)


# %% wrong="randint to q" says="draw of randrange(q)"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randint(0, group.q) for _ in range(DRAW)][-1]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% wrong="randrange p" says="no choice found"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.p) for _ in range(DRAW)][-1]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% wrong="only c = 1" says="and c = 0"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        if A * group.base_power(b) % group.p == B:
            return 1


# %% wrong="gives up after the first" says="Go on to the next seed"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c
        return None


# %% wrong="the global generator" says="no choice found"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        b = [random.randrange(group.q) for _ in range(DRAW)][-1]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c


# %% wrong="A to the b" says="and c = 1"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        r = random.Random(seed)
        b = [r.randrange(group.q) for _ in range(DRAW)][-1]
        for c, base in enumerate((group.g, A)):
            if pow(base, b, group.p) == B:
                return c


# %% wrong="0 counts as nothing" says="your attack finds c = 1"
def recover_choice(A, B, group, seeds):
    for seed in seeds:
        generator = random.Random(seed)
        for _ in range(DRAW):
            b = generator.randrange(group.q)
        explains = {group.base_power(b): 0, A * group.base_power(b) % group.p: 1}
        if explains.get(B):
            return explains[B]
    return None
