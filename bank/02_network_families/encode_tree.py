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


# %% right="memo"
def encode_tree(tree, vectors, W, b):
    memo = {}

    def go(t):
        if t not in memo:
            memo[t] = (
                vectors[t]
                if isinstance(t, str)
                else torch.tanh(W @ torch.cat((go(t[0]), go(t[1]))) + b)
            )
        return memo[t]

    return go(tree)


# %% right="hashing membership"
def encode_tree(tree, vectors, W, b):
    if tree in vectors:
        return vectors[tree]
    return torch.tanh(W @ torch.cat([encode_tree(t, vectors, W, b) for t in tree]) + b)


# %% wrong="len 1" says="which is no word of it"
def encode_tree(tree, vectors, W, b):
    if len(tree) == 1:
        return vectors[tree]
    return torch.tanh(W @ torch.cat([encode_tree(t, vectors, W, b) for t in tree]) + b)


# %% wrong="len != 2" says="which is no word of it"
def encode_tree(tree, vectors, W, b):
    if len(tree) != 2:
        return vectors[tree]
    return torch.tanh(W @ torch.cat([encode_tree(t, vectors, W, b) for t in tree]) + b)


# %% wrong="leaf by first letter" says="a str of one letter or of many"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree[0]]
    return torch.tanh(W @ torch.cat([encode_tree(t, vectors, W, b) for t in tree]) + b)


# %% wrong="cache across calls" says="must have shape (1,)"
CACHE = {}


def encode_tree(tree, vectors, W, b):
    if tree not in CACHE:
        CACHE[tree] = (
            vectors[tree]
            if isinstance(tree, str)
            else torch.tanh(
                W @ torch.cat([encode_tree(t, vectors, W, b) for t in tree]) + b
            )
        )
    return CACHE[tree]


# %% wrong="mutates vectors" says="your function changes vectors"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    v = torch.tanh(W @ torch.cat([encode_tree(t, vectors, W, b) for t in tree]) + b)
    vectors[tree] = v
    return v


# %% wrong="bias only at root" says="not only at the root"
def encode_tree(tree, vectors, W, b):
    def go(t):
        if isinstance(t, str):
            return vectors[t]
        return torch.tanh(W @ torch.cat([go(c) for c in t]))

    if isinstance(tree, str):
        return vectors[tree]
    return torch.tanh(W @ torch.cat([go(c) for c in tree]) + b)


# %% wrong="tanh only at root" says="not only the root's"
def encode_tree(tree, vectors, W, b):
    def go(t):
        if isinstance(t, str):
            return vectors[t]
        return W @ torch.cat([go(c) for c in t]) + b

    return vectors[tree] if isinstance(tree, str) else torch.tanh(go(tree))


# %% wrong="interleaved" says="not entry by entry in turn"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    return torch.tanh(
        W @ torch.stack([encode_tree(t, vectors, W, b) for t in tree], 1).flatten() + b
    )


# %% wrong="right only" says="the left child is not used"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    n = len(b)
    return torch.tanh(W[:, n:] @ encode_tree(tree[1], vectors, W, b) + b)


# %% wrong="sigmoid" says="this is a sigmoid"
def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree]
    return torch.sigmoid(
        W @ torch.cat([encode_tree(t, vectors, W, b) for t in tree]) + b
    )


# %% wrong="depth limit" says="the vector of ("
def encode_tree(tree, vectors, W, b, d=0):
    if isinstance(tree, str):
        return vectors[tree]
    if d > 3:
        return torch.zeros_like(b)
    return torch.tanh(
        W @ torch.cat([encode_tree(t, vectors, W, b, d + 1) for t in tree]) + b
    )


# %% wrong="remembers a pair in either order" says="the vector of"
def encode_tree(tree, vectors, W, b, known=None):
    known = {} if known is None else known
    if isinstance(tree, str):
        return vectors[tree]
    pair = frozenset(tree)
    if pair not in known:
        parts = [encode_tree(part, vectors, W, b, known) for part in tree]
        known[pair] = torch.tanh(W @ torch.cat(parts) + b)
    return known[pair]
