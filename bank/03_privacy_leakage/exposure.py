# %% right="counting"
def exposure(losses, secret):
    rank = 1 + np.sum(losses < losses[secret])
    return np.log2(len(losses)) - np.log2(rank)


# %% right="sorted list, one logarithm"
def exposure(losses, secret):
    import math

    order = sorted(range(len(losses)), key=lambda i: losses[i])
    return math.log2(len(losses) / (order.index(secret) + 1))


# %% wrong="rank from 0" says="ranks start at 1"
def exposure(losses, secret):
    rank = np.sum(losses < losses[secret])
    return np.log2(len(losses)) - np.log2(rank)


# %% wrong="nats" says="base 2"
def exposure(losses, secret):
    rank = 1 + np.sum(losses < losses[secret])
    return np.log(len(losses)) - np.log(rank)


# %% wrong="ranked from the top" says="rank 1 is the lowest loss"
def exposure(losses, secret):
    rank = np.sum(losses >= losses[secret])
    return np.log2(len(losses)) - np.log2(rank)


# %% wrong="the loss itself" says="only its rank"
def exposure(losses, secret):
    return np.log2(len(losses)) - np.log2(losses[secret])


# %% right="float32"
def exposure(losses, secret):
    losses = np.asarray(losses, dtype=np.float32)
    return np.float32(np.log2(len(losses))) - np.log2(
        np.float32((losses <= losses[secret]).sum())
    )


# %% right="list"
def exposure(losses, secret):
    import math

    ordered = sorted(list(losses))
    return math.log2(len(ordered) / (ordered.index(losses[secret]) + 1))


# %% right="torch"
def exposure(losses, secret):
    import torch

    t = torch.tensor(losses)
    rank = (t < t[secret]).sum() + 1
    return torch.log2(torch.tensor(float(len(t)))) - torch.log2(rank.double())


# %% right="double argsort, array of one"
def exposure(losses, secret):
    ranks = np.argsort(np.argsort(losses)) + 1
    return np.array(np.log2(len(losses)) - np.log2(ranks[secret]))


# %% right="array (1,)"
def exposure(losses, secret):
    ranks = np.argsort(np.argsort(losses)) + 1
    return np.array([np.log2(len(losses)) - np.log2(ranks[secret])])


# %% wrong="argsort once" says="argsort says which candidate stands at each place"
def exposure(losses, secret):
    rank = np.argsort(losses)[secret] + 1
    return np.log2(len(losses)) - np.log2(rank)


# %% wrong="log10" says="take logarithms to base 2"
def exposure(losses, secret):
    return np.log10(len(losses)) - np.log10(1 + np.sum(losses < losses[secret]))


# %% wrong="sorts in place" says="your function changes losses"
def exposure(losses, secret):
    value = losses[secret]
    losses.sort()
    return float(np.log2(len(losses)) - np.log2(1 + np.searchsorted(losses, value)))


# %% wrong="string" says="the exposure must be an array of numbers"
def exposure(losses, secret):
    return "3.5"


# %% wrong="complex" says="the exposure must be an array of numbers"
def exposure(losses, secret):
    return 3 + 1j


# %% right="recursion"
def exposure(losses, secret):
    import math

    def rank(rest):
        if not len(rest):
            return 1
        if len(rest) == 1:
            return 1 + int(rest[0] < losses[secret])
        h = len(rest) // 2
        return rank(rest[:h]) + rank(rest[h:]) - 1

    return math.log2(len(losses) / rank(losses))


# %% right="bisect in Fraction"
def exposure(losses, secret):
    import bisect
    import math
    from fractions import Fraction

    s = sorted(float(v) for v in losses)
    return math.log2(Fraction(len(s), bisect.bisect_right(s, losses[secret])))


# %% wrong="|R| is 100" says="|R| is how many candidates are given"
def exposure(losses, secret):
    return np.log2(100) - np.log2(1 + np.sum(losses < losses[secret]))


# %% wrong="whole bits" says="bits need not be whole"
def exposure(losses, secret):
    return int(np.log2(len(losses)) - np.log2(1 + np.sum(losses < losses[secret])))


# %% wrong="rank plus one twice" says="does not stand before itself"
def exposure(losses, secret):
    return np.log2(len(losses)) - np.log2(1 + np.sum(losses <= losses[secret]))


# %% wrong="secret as rank" says="not its rank"
def exposure(losses, secret):
    return np.log2(len(losses)) - np.log2(secret + 1)


# %% wrong="memory of calls" says="of rank 2 among 1000 is wrong"
CALLS = []


def exposure(losses, secret):
    CALLS.append(1)
    return np.log2(len(losses)) - np.log2(12 if len(CALLS) % 2 else 1)


# %% right="rankdata"
def exposure(losses, secret):
    from scipy.stats import rankdata

    return np.log2(losses.size) - np.log2(rankdata(losses)[secret])


# %% right="where argsort"
def exposure(losses, secret):
    order = np.argsort(losses)
    rank = int(np.where(order == secret)[0][0]) + 1
    return -np.log2(rank / len(losses))


# %% wrong="sign" says="the sign is turned"
def exposure(losses, secret):
    rank = 1 + np.sum(losses < losses[secret])
    return np.log2(rank) - np.log2(len(losses))


# %% wrong="plus" says="subtract the logarithms"
def exposure(losses, secret):
    rank = 1 + np.sum(losses < losses[secret])
    return np.log2(len(losses)) + np.log2(rank)


# %% wrong="n minus 1" says="counts all candidates, the secret too"
def exposure(losses, secret):
    rank = 1 + np.sum(losses < losses[secret])
    return np.log2(len(losses) - 1) - np.log2(rank)


# %% wrong="bisect unsorted" says="a rank only if the list is sorted"
def exposure(losses, secret):
    rank = np.searchsorted(losses, losses[secret]) + 1
    return np.log2(len(losses)) - np.log2(rank)


# %% wrong="exp losses" says="only the losses' order counts"
def exposure(losses, secret):
    p = np.exp(-losses)
    p /= p.sum()
    return float(np.log2(len(losses)) + np.log2(p[secret]))


# %% wrong="log1p" says="before the candidate only"
def exposure(losses, secret):
    return np.log2(len(losses)) - np.log2(1 + np.sum(losses[:secret] < losses[secret]))


# %% wrong="up to 1000" says="among 3000 is wrong"
def exposure(losses, secret):
    return np.log2(min(len(losses), 1000)) - np.log2(
        1 + np.sum(losses < losses[secret])
    )


# %% wrong="rounded 1" says="do not round"
def exposure(losses, secret):
    return round(
        float(np.log2(len(losses)) - np.log2(1 + np.sum(losses < losses[secret]))), 1
    )


# %% wrong="loss for the rank's logarithm" says="the loss in place of the rank"
def exposure(losses, secret):
    return np.log2(np.size(losses)) - float(losses[secret])


# %% wrong="a rounded quotient" says="|R| / rank was rounded to a whole number"
def exposure(losses, secret):
    import math

    lower = sum(loss < losses[secret] for loss in losses)
    return math.log2(len(losses) // (lower + 1))


# %% wrong="a quotient rounded up" says="|R| / rank was rounded to a whole number"
def exposure(losses, secret):
    lower = np.count_nonzero(losses < losses[secret])
    return np.log2(np.ceil(len(losses) / (lower + 1)))
