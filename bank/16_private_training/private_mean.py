# %% right="row by row"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    total = np.zeros(gradients.shape[1])
    for row in gradients:
        total += row * min(1, max_grad_norm / max(np.linalg.norm(row), 1e-300))
    total += noise_multiplier * max_grad_norm * rng.standard_normal(len(total))
    return total / expected_batch_size


# %% right="mean first, noise in its units"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.linalg.norm(gradients, axis=1)
    weight = 1 / np.maximum(1, norms / max_grad_norm)
    mean = weight @ gradients / expected_batch_size
    scale = noise_multiplier * max_grad_norm / expected_batch_size
    return mean + rng.normal(scale=scale, size=mean.shape)


# %% wrong="no noise" says="no noise"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return (gradients / np.maximum(1, norms / max_grad_norm)).sum(
        axis=0
    ) / expected_batch_size


# %% wrong="half the noise" says="half the noise"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    total = (gradients / np.maximum(1, norms / max_grad_norm)).sum(axis=0)
    total += rng.normal(0, noise_multiplier * max_grad_norm / 2, total.shape)
    return total / expected_batch_size


# %% wrong="clips the sum" says="the sum was clipped"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    total = gradients.sum(axis=0)
    total = total / max(1, np.linalg.norm(total) / max_grad_norm)
    total = total + rng.normal(0, noise_multiplier * max_grad_norm, total.shape)
    return total / expected_batch_size


# %% wrong="noise after the average, not scaled" says="was not divided"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    clipped = gradients / np.maximum(1, norms / max_grad_norm)
    mean = clipped.sum(axis=0) / expected_batch_size
    return mean + rng.normal(0, noise_multiplier * max_grad_norm, mean.shape)
