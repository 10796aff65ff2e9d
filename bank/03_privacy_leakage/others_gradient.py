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
