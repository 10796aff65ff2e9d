# %% equivalent="the middle one of three numbers does not depend on their order"
# clipped = np.clip(amounts, 0, bound) -> clipped = np.clip(0, amounts, bound)

# %% equivalent="the noise is as likely with either sign"
# clipped.sum() + rng.laplace(scale=bound / epsilon) -> clipped.sum() - rng.laplace(scale=bound / epsilon)

# %% right="min and max in a loop"
def private_total(amounts, *, bound, epsilon, rng):
    total = 0.0
    for amount in amounts:
        total += min(max(amount, 0), bound)
    return total + rng.laplace(0, bound / epsilon)


# %% right="returned as an array of one"
def private_total(amounts, *, bound, epsilon, rng):
    clipped = np.minimum(np.maximum(amounts, 0.0), bound)
    return clipped.sum() + bound * rng.laplace(0, 1 / epsilon, size=1)


# %% wrong="clipping left out" says="clipping left out"
def private_total(amounts, *, bound, epsilon, rng):
    return float(np.sum(amounts) + rng.laplace(scale=bound / epsilon))


# %% wrong="sensitivity forgotten" says="sensitivity forgotten"
def private_total(amounts, *, bound, epsilon, rng):
    return float(np.clip(amounts, 0, bound).sum() + rng.laplace(scale=1 / epsilon))


# %% wrong="clips the caller's own array" says="changes amounts, its argument"
def private_total(amounts, *, bound, epsilon, rng):
    amounts[amounts > bound] = bound
    amounts[amounts < 0] = 0
    return float(amounts.sum() + rng.laplace(scale=bound / epsilon))


# %% wrong="no noise" says="no noise"
def private_total(amounts, *, bound, epsilon, rng):
    return float(np.clip(amounts, 0, bound).sum())


# %% wrong="seed reused" says="seed reused"
def private_total(amounts, *, bound, epsilon, rng):
    noise = np.random.default_rng(len(amounts)).laplace(scale=bound / epsilon)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="half the noise" says="half the noise"
def private_total(amounts, *, bound, epsilon, rng):
    return np.clip(amounts, 0, bound).sum() + rng.laplace(scale=bound / epsilon / 2)


# %% wrong="normal noise" says="not Laplace"
def private_total(amounts, *, bound, epsilon, rng):
    return np.clip(amounts, 0, bound).sum() + rng.normal(scale=1.03 * bound / epsilon)


# %% right="inverse of the distribution"
def private_total(amounts, *, bound, epsilon, rng):
    u = rng.random() - 0.5
    noise = -bound / epsilon * np.sign(u) * np.log1p(-2 * abs(u))
    return sum(min(max(float(a), 0.0), bound) for a in amounts) + noise


# %% wrong="clips the total" says="clip each amount before adding up"
def private_total(amounts, *, bound, epsilon, rng):
    return float(
        np.clip(np.sum(amounts), 0, bound) + rng.laplace(scale=bound / epsilon)
    )


# %% wrong="clips above only" says="clip at 0 too"
def private_total(amounts, *, bound, epsilon, rng):
    return float(np.minimum(amounts, bound).sum() + rng.laplace(scale=bound / epsilon))


# %% wrong="clips to plus and minus the bound" says="It may not subtract anything"
def private_total(amounts, *, bound, epsilon, rng):
    clipped = np.clip(amounts, -bound, bound)
    return float(clipped.sum() + rng.laplace(scale=bound / epsilon))


# %% wrong="drops what is too large" says="a large amount was dropped"
def private_total(amounts, *, bound, epsilon, rng):
    kept = [a for a in amounts if 0 <= a <= bound]
    return float(sum(kept) + rng.laplace(scale=bound / epsilon))


# %% wrong="scale inverted" says="scale inverted"
def private_total(amounts, *, bound, epsilon, rng):
    return float(np.clip(amounts, 0, bound).sum() + rng.laplace(scale=bound * epsilon))


# %% wrong="sensitivity read off the data" says="a bound read off the data"
def private_total(amounts, *, bound, epsilon, rng):
    scale = np.max(amounts) / epsilon
    return float(np.clip(amounts, 0, bound).sum() + rng.laplace(scale=scale))


# %% wrong="whole crowns" says="rounded or cut off"
def private_total(amounts, *, bound, epsilon, rng):
    return round(np.clip(amounts, 0, bound).sum() + rng.laplace(scale=bound / epsilon))


# %% wrong="the mean" says="this is the mean"
def private_total(amounts, *, bound, epsilon, rng):
    return float(np.clip(amounts, 0, bound).mean() + rng.laplace(scale=bound / epsilon))


# %% wrong="noise for each amount" says="too much noise"
def private_total(amounts, *, bound, epsilon, rng):
    noise = rng.laplace(scale=bound / epsilon, size=len(amounts))
    return float((np.clip(amounts, 0, bound) + noise).sum())


# %% right="a frozen distribution of scipy"
def private_total(amounts, *, bound, epsilon, rng):
    from scipy import stats

    noise = stats.laplace(scale=bound / epsilon).rvs(random_state=rng)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% right="two exponentials"
def private_total(amounts, *, bound, epsilon, rng):
    total = sum(np.clip(amounts, 0, bound))
    return total + rng.exponential(bound / epsilon) - rng.exponential(bound / epsilon)


# %% wrong="a generator of its own" says="all randomness must come from rng"
def private_total(amounts, *, bound, epsilon, rng, own=np.random.default_rng(7)):
    noise = own.laplace(scale=bound / epsilon)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="nine tenths of the noise" says="too little noise"
def private_total(amounts, *, bound, epsilon, rng):
    noise = rng.laplace(scale=0.9 * bound / epsilon)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="tails clipped at five scales" says="the tails are cut off"
def private_total(amounts, *, bound, epsilon, rng):
    noise = np.clip(
        rng.laplace(scale=bound / epsilon), -5 * bound / epsilon, 5 * bound / epsilon
    )
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="variance for scale" says="the variance"
def private_total(amounts, *, bound, epsilon, rng):
    noise = rng.laplace(scale=2 * (bound / epsilon) ** 2)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="uniform noise" says="uniform noise"
def private_total(amounts, *, bound, epsilon, rng):
    noise = rng.uniform(-bound / epsilon, bound / epsilon)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="uniform noise of the right deviation" says="uniform noise of the same deviation"
def private_total(amounts, *, bound, epsilon, rng):
    noise = rng.uniform(-1, 1) * np.sqrt(6) * bound / epsilon
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="noise of scale 1" says="noise of scale 1"
def private_total(amounts, *, bound, epsilon, rng):
    noise = rng.laplace()
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="upside down" says="upside down"
def private_total(amounts, *, bound, epsilon, rng):
    noise = rng.laplace(scale=epsilon / bound)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="exponential noise" says="of one sign only"
def private_total(amounts, *, bound, epsilon, rng):
    noise = rng.exponential(bound / epsilon)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="few seeds" says="seed reused"
def private_total(amounts, *, bound, epsilon, rng):
    noise = np.random.default_rng(rng.integers(1000)).laplace(scale=bound / epsilon)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="geometric noise" says="geometric noise"
def private_total(amounts, *, bound, epsilon, rng):
    noise = rng.geometric(1 - np.exp(-epsilon / bound)) - rng.geometric(
        1 - np.exp(-epsilon / bound)
    )
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="redrawn beyond four scales" says="the tails are cut off"
def private_total(amounts, *, bound, epsilon, rng):
    scale = bound / epsilon
    noise = rng.laplace(scale=scale)
    while abs(noise) > 4 * scale:
        noise = rng.laplace(scale=scale)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="the largest clipped amount" says="read off the data"
def private_total(amounts, *, bound, epsilon, rng):
    clipped = np.clip(amounts, 0, bound)
    scale = max(clipped, default=bound) / epsilon
    return float(clipped.sum() + rng.laplace(scale=scale))


# %% wrong="released total clamped at 0" says="rounded or cut off"
def private_total(amounts, *, bound, epsilon, rng):
    total = np.clip(amounts, 0, bound).sum() + rng.laplace(scale=bound / epsilon)
    return float(max(0.0, total))


# %% wrong="no noise below two amounts" says="no noise for the amounts"
def private_total(amounts, *, bound, epsilon, rng):
    total = float(np.clip(amounts, 0, bound).sum())
    return total + rng.laplace(0, bound / epsilon) if len(amounts) > 1 else total


# %% wrong="large ones wrap" says="taken modulo it"
def private_total(amounts, *, bound, epsilon, rng):
    return np.mod(amounts, bound).sum() + rng.laplace(0, bound / epsilon)
