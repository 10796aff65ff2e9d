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
