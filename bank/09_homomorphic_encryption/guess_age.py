# %% right="dictionary"
def guess_age(c, n, e):
    return {pow(age, e, n): age for age in range(OLDEST + 1)}.get(c)


# %% right="generator"
def guess_age(c, n, e):
    matches = [np.int64(age) for age in range(0, OLDEST + 1) if pow(age, e, n) == c % n]
    return matches[0] if matches else None


# %% wrong="stops at 99" says="ages go from 0 to"
def guess_age(c, n, e):
    for age in range(100):
        if pow(age, e, n) == c:
            return age
    return None


# %% wrong="forgets the modulus" says="modulo n, and compare"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if age**17 == c:
            return age
    return None


# %% wrong="the last candidate when none fits" says="What do you return when no candidate fits"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if pow(age, e, n) == c:
            return age
    return age


# %% wrong="a root in floating point" says="Encrypt each candidate as the client does"
def guess_age(c, n, e):
    root = c ** (1 / 65537) if c < 10**300 else -1
    return (
        round(root) if 0 <= root <= OLDEST and root == round(root) and c > 1 else None
    )


# %% copied="up to 120" says="another variant's number"
def guess_age(c, n, e):
    for age in range(121):
        if pow(age, e, n) == c:
            return age
    return None
