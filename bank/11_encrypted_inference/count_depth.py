# %% right="bit length"
def count_depth(layers):
    depth = 0
    for layer in layers:
        if layer == "square":
            depth += 1
        elif not isinstance(layer, str):
            depth += (layer - 1).bit_length()
    return depth


# %% right="logarithm"
def count_depth(layers):
    cost = {"square": 1, "linear": 0, "batch norm": 0, "mean pool": 0}
    return sum(
        cost[x] if isinstance(x, str) else int(np.ceil(np.log2(x))) for x in layers
    )


# %% wrong="counts weights" says="multiplies no two ciphertexts"
def count_depth(layers):
    return sum(1 if isinstance(x, str) else (x - 1).bit_length() for x in layers)


# %% wrong="normalisation costs" says="multiplies no two ciphertexts"
def count_depth(layers):
    cost = {"square": 1, "linear": 0, "batch norm": 1, "mean pool": 0}
    return sum(cost[x] if isinstance(x, str) else (x - 1).bit_length() for x in layers)


# %% wrong="degree less one" says="a power is found by squaring"
def count_depth(layers):
    cost = {"square": 1, "linear": 0, "batch norm": 0, "mean pool": 0}
    return sum(cost[x] if isinstance(x, str) else x - 1 for x in layers)


# %% wrong="rounds down" says="Round up"
def count_depth(layers):
    cost = {"square": 1, "linear": 0, "batch norm": 0, "mean pool": 0}
    return sum(cost[x] if isinstance(x, str) else int(np.log2(x)) for x in layers)
