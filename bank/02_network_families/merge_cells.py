# %% equivalent="neither statement reads what the other one binds"
# gates = torch.cat([gate[None], word_gates]); cells = torch.cat([candidate[None], word_cells]) -> cells = torch.cat([candidate[None], word_cells]); gates = torch.cat([gate[None], word_gates])

# %% right="exp and sums"
def merge_cells(gate, candidate, word_gates, word_cells):
    weights = torch.exp(word_gates)
    total = torch.exp(gate) + weights.sum(0)
    return (torch.exp(gate) * candidate + (weights * word_cells).sum(0)) / total


# %% right="a loop over the entries"
def merge_cells(gate, candidate, word_gates, word_cells):
    out = []
    for k in range(len(gate)):
        gates = [float(gate[k])] + [float(g) for g in word_gates[:, k]]
        cells = [float(candidate[k])] + [float(c) for c in word_cells[:, k]]
        e = np.exp(gates)
        out.append(float(e @ np.array(cells) / e.sum()))
    return out


# %% wrong="softmax over the entries" says="not over the entries"
def merge_cells(gate, candidate, word_gates, word_cells):
    gates = torch.cat([gate[None], word_gates])
    cells = torch.cat([candidate[None], word_cells])
    return (torch.softmax(gates, dim=1) * cells).sum(dim=0)


# %% wrong="no softmax" says="do not sum to 1"
def merge_cells(gate, candidate, word_gates, word_cells):
    return gate * candidate + (word_gates * word_cells).sum(dim=0)


# %% wrong="without the character" says="own candidate is missing"
def merge_cells(gate, candidate, word_gates, word_cells):
    return (torch.softmax(word_gates, dim=0) * word_cells).sum(dim=0)


# %% wrong="shares of the gates" says="softmax takes exp first"
def merge_cells(gate, candidate, word_gates, word_cells):
    gates = torch.cat([gate[None], word_gates])
    cells = torch.cat([candidate[None], word_cells])
    return (gates / gates.sum(0) * cells).sum(dim=0)


# %% right="log sum exp and einsum, in numpy"
def merge_cells(gate, candidate, word_gates, word_cells):
    gates = np.vstack([np.asarray(gate), np.asarray(word_gates)])
    cells = np.vstack([np.asarray(candidate), np.asarray(word_cells)])
    return np.einsum("nk,nk->k", np.exp(gates - np.logaddexp.reduce(gates)), cells)


# %% right="one word after the other"
def merge_cells(gate, candidate, word_gates, word_cells):
    log_total, merged = gate, candidate
    for g, c in zip(word_gates, word_cells):
        share = torch.sigmoid(g - log_total)
        merged = merged + share * (c - merged)
        log_total = torch.logaddexp(log_total, g)
    return merged


# %% wrong="the character whole" says="its weight is not 1"
def merge_cells(gate, candidate, word_gates, word_cells):
    return candidate + (torch.softmax(word_gates, dim=0) * word_cells).sum(dim=0)


# %% wrong="plain mean" says="the gates are not used"
def merge_cells(gate, candidate, word_gates, word_cells):
    return torch.cat([candidate[None], word_cells]).mean(dim=0)


# %% wrong="the largest gate" says="the largest gate takes all"
def merge_cells(gate, candidate, word_gates, word_cells):
    winner = torch.cat([gate[None], word_gates]).argmax(dim=0)
    return torch.cat([candidate[None], word_cells]).gather(0, winner[None])[0]


# %% wrong="sigmoids" says="sigmoids, each gate alone, do not sum to 1"
def merge_cells(gate, candidate, word_gates, word_cells):
    weights = torch.sigmoid(torch.cat([gate[None], word_gates]))
    return (weights * torch.cat([candidate[None], word_cells])).sum(dim=0)


# %% wrong="not added up" says="the merged cell must have shape (5,)"
def merge_cells(gate, candidate, word_gates, word_cells):
    weights = torch.softmax(torch.cat([gate[None], word_gates]), dim=0)
    return weights * torch.cat([candidate[None], word_cells])


# %% wrong="in place" says="your function changes gate, its"
def merge_cells(gate, candidate, word_gates, word_cells):
    own, words = gate.exp_(), word_gates.exp_()
    return (own * candidate + (words * word_cells).sum(0)) / (own + words.sum(0))
