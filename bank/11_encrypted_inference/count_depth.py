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


# %% right="numpy ceil"
def count_depth(layers):
    return np.sum(
        [
            np.ceil(np.log2(x)) if not isinstance(x, str) else x == "square"
            for x in layers
        ]
    )


# %% right="match"
def count_depth(layers):
    total = 0
    for layer in layers:
        match layer:
            case "square":
                total += 1
            case int():
                total += len(bin(layer - 1)) - 2 if layer > 1 else 0
    return total


# %% wrong="bits of each width" says="'linear'] has depth 3"
def count_depth(layers):
    return sum(x.bit_length() if isinstance(x, int) else x == "square" for x in layers)


# %% wrong="maximum" says="'linear'] has depth 2"
def count_depth(layers):
    return max(
        [
            math.ceil(math.log2(x)) if not isinstance(x, str) else int(x == "square")
            for x in layers
        ],
        default=0,
    )


# %% wrong="square free" says="'linear'] has depth 2"
def count_depth(layers):
    return sum(math.ceil(math.log2(x)) for x in layers if not isinstance(x, str))


# %% wrong="the degree" says="a degree is no depth"
def count_depth(layers):
    return sum(x if isinstance(x, int) else x == "square" for x in layers)


# %% wrong="pops" says="changes layers, its argument"
def count_depth(layers):
    n = 0
    while layers:
        x = layers.pop()
        n += 1
    return n


# %% wrong="powers one by one beyond eight" says="[5, 6] has depth 6, got 7"
def count_depth(layers):
    known = {1: 0, 2: 1, 3: 2, 4: 2, 5: 3, 7: 3, 8: 3, 9: 4, "square": 1}
    return sum(
        known.get(x, 3 if isinstance(x, str) else 4)
        for x in layers
        if x in known or isinstance(x, int)
    )


# %% wrong="only the deepest counts" says="a sum: each activation waits"
def count_depth(layers):
    depths = [
        1 if x == "square" else 0 if isinstance(x, str) else (x - 1).bit_length()
        for x in layers
    ]
    return max(depths, default=0)


# %% wrong="the natural logarithm" says="the logarithm is that of base 2"
def count_depth(layers):
    return sum(
        x == "square" if isinstance(x, str) else math.ceil(math.log(x)) for x in layers
    )


# %% wrong="the root" says="about a number of products"
def count_depth(layers):
    return sum(
        x == "square" if isinstance(x, str) else math.ceil(2 * math.sqrt(x))
        for x in layers
    )


# %% wrong="one product for every degree" says="more than one product in a row"
def count_depth(layers):
    return sum(x == "square" or not isinstance(x, str) for x in layers)
