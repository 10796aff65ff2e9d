# %% right="row by row"
def clip_each(gradients, max_grad_norm):
    out = []
    for row in gradients:
        norm = float(np.sqrt((row**2).sum()))
        out.append(row * (max_grad_norm / norm) if norm > max_grad_norm else row)
    return out


# %% right="the factor, with where"
def clip_each(gradients, max_grad_norm):
    norms = np.sqrt(np.einsum("ij,ij->i", gradients, gradients))
    factor = np.where(norms > max_grad_norm, max_grad_norm / norms, 1.0)
    return (gradients * factor[:, None]).astype(np.float32)


# %% wrong="clips entries" says="each entry was clipped"
def clip_each(gradients, max_grad_norm):
    return np.clip(gradients, -max_grad_norm, max_grad_norm)


# %% wrong="stretches short rows" says="stretched"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients * max_grad_norm / np.maximum(norms, 1e-12)


# %% wrong="one factor for all" says="one factor"
def clip_each(gradients, max_grad_norm):
    return gradients / max(1, np.linalg.norm(gradients) / max_grad_norm)


# %% wrong="divides by zero" says="do not divide by 0"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients / norms * np.minimum(norms, max_grad_norm)
