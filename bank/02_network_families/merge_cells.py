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


# %% right="loop words"
def merge_cells(gate, candidate, word_gates, word_cells):
    num, den = gate.exp() * candidate, gate.exp()
    for g, c in zip(word_gates, word_cells):
        num, den = num + g.exp() * c, den + g.exp()
    return num / den


# %% right="words first"
def merge_cells(gate, candidate, word_gates, word_cells):
    g = torch.cat((word_gates, gate.unsqueeze(0)))
    c = torch.cat((word_cells, candidate.unsqueeze(0)))
    return (nn.functional.softmax(g, 0) * c).sum(0)


# %% wrong="words meaned" says="do not take means over the words"
def merge_cells(gate, candidate, word_gates, word_cells):
    g = torch.stack([gate, word_gates.mean(0)])
    c = torch.stack([candidate, word_cells.mean(0)])
    return (torch.softmax(g, 0) * c).sum(0)


# %% wrong="mean not sum" says="yours is their mean"
def merge_cells(gate, candidate, word_gates, word_cells):
    g = torch.cat([gate[None], word_gates])
    c = torch.cat([candidate[None], word_cells])
    return (torch.softmax(g, 0) * c).mean(0)


# %% wrong="sigmoid normalised" says="shares of sigmoids"
def merge_cells(gate, candidate, word_gates, word_cells):
    g = torch.sigmoid(torch.cat([gate[None], word_gates]))
    c = torch.cat([candidate[None], word_cells])
    return (g * c).sum(0) / g.sum(0)


# %% wrong="exp not normalised" says="divide exp by its sum"
def merge_cells(gate, candidate, word_gates, word_cells):
    return torch.exp(gate) * candidate + (torch.exp(word_gates) * word_cells).sum(0)


# %% wrong="cells swapped" says="in different orders"
def merge_cells(gate, candidate, word_gates, word_cells):
    g = torch.cat([word_gates, gate[None]])
    c = torch.cat([candidate[None], word_cells])
    return (torch.softmax(g, 0) * c).sum(0)


# %% wrong="minus gates" says="the sign of the gates is turned"
def merge_cells(gate, candidate, word_gates, word_cells):
    g = -torch.cat([gate[None], word_gates])
    c = torch.cat([candidate[None], word_cells])
    return (torch.softmax(g, 0) * c).sum(0)


# %% wrong="pairwise softmax" says="compete in one softmax"
def merge_cells(gate, candidate, word_gates, word_cells):
    w = torch.softmax(word_gates, 0)
    return torch.sigmoid(gate) * candidate + (1 - torch.sigmoid(gate)) * (
        w * word_cells
    ).sum(0)


# %% wrong="tanh of the cells" says="no tanh comes in here"
def merge_cells(gate, candidate, word_gates, word_cells):
    g = torch.cat([gate[None], word_gates])
    c = torch.cat([candidate[None], word_cells])
    return torch.tanh((torch.softmax(g, 0) * c).sum(0))


# %% wrong="n<=6" says="the merged cell is wrong"
def merge_cells(gate, candidate, word_gates, word_cells):
    g = torch.cat([gate[None], word_gates[:6]])
    c = torch.cat([candidate[None], word_cells[:6]])
    return (torch.softmax(g, 0) * c).sum(0)


# %% wrong="one weight for each cell" says="a whole cell has one weight"
def merge_cells(gate, candidate, word_gates, word_cells):
    scores = torch.stack([gate.sum(), *word_gates.sum(dim=1)])
    weights = torch.softmax(scores, dim=0)
    return weights @ torch.vstack([candidate[None], word_cells])


# %% wrong="one weight for a whole row" says="a whole cell has one weight"
def merge_cells(gate, candidate, word_gates, word_cells):
    gates = torch.cat([word_gates, gate[None]]).mean(dim=1)
    cells = torch.cat([word_cells, candidate[None]])
    return torch.softmax(gates, dim=0) @ cells


# %% wrong="words merged first and then half and half" says="merged among themselves first"
def merge_cells(gate, candidate, word_gates, word_cells):
    words = (torch.softmax(word_gates, dim=0) * word_cells).sum(dim=0)
    both = torch.softmax(torch.stack([word_gates.mean(dim=0), gate]), dim=0)
    return both[0] * words + both[1] * candidate
