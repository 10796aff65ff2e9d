# %% right="two products"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    n = len(b)
    left, right = (encode_tree(child, vectors, W, b) for child in tree)
    return torch.tanh(W[:, :n] @ left + W[:, n:] @ right + b)


# %% right="numpy"
def encode_tree(tree, vectors, W, b):
    if type(tree) is str:
        return np.asarray(vectors[tree])
    l, r = tree
    pair = np.concatenate(
        [encode_tree(l, vectors, W, b), encode_tree(r, vectors, W, b)]
    )
    return np.tanh(np.asarray(W) @ pair + np.asarray(b))


# %% wrong="children swapped" says="the children are the wrong way round"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    left, right = (encode_tree(child, vectors, W, b) for child in tree)
    return torch.tanh(W @ torch.cat([right, left]) + b)


# %% wrong="tanh at the leaves" says="a leaf is its word's vector"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return torch.tanh(vectors[tree])
    children = [encode_tree(child, vectors, W, b) for child in tree]
    return torch.tanh(W @ torch.cat(children) + b)


# %% wrong="a chain of words" says="in a chain: follow the tree"
def encode_tree(tree, vectors, W, b):
    def words(t):
        return [t] if isinstance(t, str) else words(t[0]) + words(t[1])

    first, *rest = words(tree)
    p = vectors[first]
    for word in rest:
        p = torch.tanh(W @ torch.cat([p, vectors[word]]) + b)
    return p


# %% wrong="linear" says="goes through tanh"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    children = [encode_tree(child, vectors, W, b) for child in tree]
    return W @ torch.cat(children) + b


# %% right="a stack instead of recursion"
def encode_tree(tree, vectors, W, b):
    waiting, done = [tree], []
    while waiting:
        node = waiting.pop()
        if node is None:
            left, right = done.pop(), done.pop()
            done.append(
                torch.tanh(torch.nn.functional.linear(torch.cat([left, right]), W, b))
            )
        elif isinstance(node, tuple):
            waiting += [None, node[0], node[1]]
        else:
            done.append(vectors[node])
    return done[0]


# %% right="folds"
def encode_tree(tree, vectors, W, b):
    match tree:
        case str():
            return vectors[tree].tolist()
        case l, r:
            pair = [*encode_tree(l, vectors, W, b), *encode_tree(r, vectors, W, b)]
            sums = [sum(w * p for w, p in zip(row, pair)) for row in W.tolist()]
            return [float(np.tanh(s + bias)) for s, bias in zip(sums, b.tolist())]


# %% wrong="no bias" says="the bias b is missing"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    return torch.tanh(W @ torch.cat([encode_tree(t, vectors, W, b) for t in tree]))


# %% wrong="bias outside" says="b goes into tanh, too"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    return torch.tanh(W @ torch.cat([encode_tree(t, vectors, W, b) for t in tree])) + b


# %% wrong="one half of W for both" says="each child has a half of W of its own"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    left, right = (encode_tree(child, vectors, W, b) for child in tree)
    half = W[:, : len(b)]
    return torch.tanh(half @ left + half @ right + b)


# %% wrong="mean" says="W is not used"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    return torch.stack([encode_tree(child, vectors, W, b) for child in tree]).mean(0)


# %% wrong="a chain from the right" says="in a chain from the right"
def encode_tree(tree, vectors, W, b):
    def words(t):
        return [t] if isinstance(t, str) else words(t[0]) + words(t[1])

    *rest, last = words(tree)
    p = vectors[last]
    for word in reversed(rest):
        p = torch.tanh(W @ torch.cat([vectors[word], p]) + b)
    return p
