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
