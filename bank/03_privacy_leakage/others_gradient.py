# %% right="by sums"
def others_gradient(before, after, rate, clients, own):
    total = clients * (before - after) / rate
    return (total - own.sum(axis=0)) / (clients - len(own))


# %% right="a loop over coordinates"
def others_gradient(before, after, rate, clients, own):
    result = []
    for i in range(len(before)):
        total = (before[i] - after[i]) / rate * clients
        for gradient in own:
            total -= gradient[i]
        result.append(total / (clients - len(own)))
    return result


# %% wrong="nothing taken off" says="still the mean of all"
def others_gradient(before, after, rate, clients, own):
    return (before - after) / rate


# %% wrong="sum" says="that is the sum over the others"
def others_gradient(before, after, rate, clients, own):
    return clients * (before - after) / rate - own.sum(axis=0)


# %% wrong="sign" says="the sign is turned"
def others_gradient(before, after, rate, clients, own):
    total = clients * (after - before) / rate
    return (total - own.sum(axis=0)) / (clients - len(own))


# %% wrong="mean taken for the sum" says="multiply by their number"
def others_gradient(before, after, rate, clients, own):
    return ((before - after) / rate - own.sum(axis=0)) / (clients - len(own))


# %% right="loop, float32"
def others_gradient(before, after, rate, clients, own):
    out = []
    for i in range(len(before)):
        total = clients * (np.float32(before[i]) - np.float32(after[i])) / rate
        out.append((total - sum(float(o[i]) for o in own)) / (clients - len(own)))
    return out


# %% right="torch"
def others_gradient(before, after, rate, clients, own):
    import torch

    b, a, o = map(torch.tensor, (before, after, own))
    return ((b - a) / rate * clients - o.sum(0)) / (clients - o.shape[0])


# %% wrong="by rate" says="divide the step by the rate to have the gradient"
def others_gradient(before, after, rate, clients, own):
    total = clients * (before - after) * rate
    return (total - own.sum(0)) / (clients - len(own))


# %% wrong="in place" says="your function changes before"
def others_gradient(before, after, rate, clients, own):
    before -= after
    before *= clients / rate
    before -= own.sum(0)
    before /= clients - len(own)
    return before.copy()


# %% wrong="after - before" says="a step goes against the gradient"
def others_gradient(before, after, rate, clients, own):
    total = clients * (after - before) / rate
    return (total + own.sum(0)) / (clients - len(own))


# %% right="einsum"
def others_gradient(before, after, rate, clients, own):
    k = own.shape[0]
    mean = (before - after) / rate
    return (mean - np.einsum("km->m", own) / clients) * clients / (clients - k)


# %% right="reduce"
def others_gradient(b, a, r, n, own):
    from functools import reduce

    left = reduce(lambda t, g: t - g, list(own), (b - a) * (n / r))
    return list(left / (n - len(own)))


# %% wrong="rate a quarter" says="use the rate that is given"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) * 4 - own.sum(0)) / (clients - len(own))


# %% wrong="first colluder only" says="take off all of them"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own[0]) / (clients - len(own))


# %% wrong="one colluder" says="clients are left"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own.sum(0)) / (clients - 1)


# %% wrong="wrong axis" says="sum own over its rows only"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own.sum()) / (clients - len(own))


# %% wrong="added" says="yours adds it"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate + own.sum(0)) / (clients - len(own))


# %% wrong="five clients" says="use the number of clients"
def others_gradient(before, after, rate, clients, own):
    return (5 * (before - after) / rate - own.sum(0)) / (5 - len(own))


# %% wrong="two colluders" says="own may have any number of rows"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own[0] - own[-1]) / (clients - 2)


# %% right="loop"
def others_gradient(before, after, rate, clients, own):
    t = (before - after) / rate * clients
    for g in own:
        t = t - g
    return t / (clients - own.shape[0])


# %% right="entry by entry"
def others_gradient(before, after, rate, clients, own):
    k = len(own)
    return [
        (clients * (before[j] - after[j]) / rate - sum(own[i][j] for i in range(k)))
        / (clients - k)
        for j in range(len(before))
    ]


# %% wrong="multiplied left" says="not of those left"
def others_gradient(before, after, rate, clients, own):
    k = len(own)
    return ((clients - k) * (before - after) / rate - own.sum(0)) / (clients - k)


# %% wrong="own rate" says="not what the clients sent"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own.sum(0) / rate) / (
        clients - len(own)
    )


# %% wrong="median" says="no median"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - len(own) * np.median(own, axis=0)) / (
        clients - len(own)
    )


# %% wrong="zero mean minus" says="only divides by fewer"
def others_gradient(before, after, rate, clients, own):
    return (before - after) / rate * clients / (clients - len(own))


# %% wrong="last only" says="take off all of them"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own[-1]) / (clients - len(own))


# %% wrong="before + after" says="not their sum"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before + after) / rate - own.sum(0)) / (clients - len(own))


# %% wrong="10 clients max" says="gradient is wrong at"
def others_gradient(before, after, rate, clients, own):
    n = min(clients, 10)
    return (n * (before - after) / rate - own.sum(0)) / (n - len(own))


# %% wrong="clip" says="gradient is wrong at"
def others_gradient(before, after, rate, clients, own):
    return np.clip(
        (clients * (before - after) / rate - own.sum(0)) / (clients - len(own)), -5, 5
    )
