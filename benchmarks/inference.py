"""Encrypted inference: CryptoNets' shape in batches, and one image at low latency.

predictions_per_hour       784-845-100-10 with two squares, 4,096 images a batch, the
                           server's side: from ciphertexts in to ciphertexts out
ratio_to_tenseal_batched   seconds of TenSEAL's batched tensors / seconds here
label_agreement            share of the batch whose encrypted and plaintext labels agree
accuracy                   encrypted accuracy on images not trained on
plain_accuracy             the same network in the clear, same images
one_image_seconds          server's seconds for one 8x8 digit, 64-32-10, stacked layout
one_image_ratio_to_simd    seconds with one ciphertext a feature / stacked
server_seconds             one batch here
linear_seconds             of these, linear layers and squares on residues
relinearise_seconds        of these, rescaling and relinearising in SEAL
client_seconds             encrypting and decrypting one batch
tenseal_seconds            one batch with TenSEAL, from slices of each layer, scaled by
                           the number of weights that are not 0 (squares: of units)
data                       which images and weights

The first layer is the paper's convolution (5 maps, 5x5, stride 2) as a matrix. With
MNIST's test images in PPDL_DATA the network is trained on 8,000 of them and tested on
the rest; without, scikit-learn's 8x8 digits are drawn at MNIST's size and fill the
batch, each several times. Never random weights: their scores lie closer together than
the noise, and labels then disagree for a reason that no trained network has.
"""

import time

import numpy as np

from ppdl_course.data import MissingDataError, load_digits_split, mnist_test
from ppdl_course.he.inference import cryptonets, lola
from ppdl_course.he.inference.square_network import Quadratic, SquareNetwork
from ppdl_course.nn import Network, train
from ppdl_course.parties.channel import Channel

IMAGES = 4096
MAPS, KERNEL, STRIDE, SIDE, OUT = 5, 5, 2, 28, 13


def measure() -> dict[str, float | str]:
    try:
        images, labels = mnist_test()
        images, data = images.reshape(-1, SIDE**2), "MNIST test images, 8,000 to train"
        trained_on = 8000
    except MissingDataError:
        images, labels, trained_on = _enlarged_digits()
        data = "8x8 digits drawn at 28x28: PPDL_DATA has no MNIST"
    network = _trained(images[:trained_on], labels[:trained_on])
    fresh = min(len(images) - trained_on, IMAGES)
    chosen = np.arange(trained_on, trained_on + IMAGES) % len(images)
    images, labels = images[chosen], labels[chosen]
    network = network.balanced(images)

    channel = Channel("client", "server", keep_bodies=False, max_bytes=2**31)
    # balanced on this very batch: no |z| in it exceeds 1
    plan = cryptonets.Plan(largest=2.0)
    client = cryptonets.Client(channel["client"])
    server = cryptonets.Server(channel["server"], network, plan)
    server.send_offer()
    client.send_keys()
    server.receive_keys()
    begin = time.perf_counter()
    ciphertexts = client.encrypt(images)
    encrypting = time.perf_counter() - begin
    begin = time.perf_counter()
    answer, scale = server.evaluate(ciphertexts)
    seconds = time.perf_counter() - begin
    channel["server"].send("scores", {"residues": answer, "scale": scale})
    begin = time.perf_counter()
    guesses = client.receive_scores().argmax(axis=1)
    decrypting = time.perf_counter() - begin
    plain = network.predict(images)
    tenseal = _tenseal_seconds(network, images)
    found = {
        "predictions_per_hour": IMAGES * 3600 / seconds,
        "ratio_to_tenseal_batched": tenseal / seconds,
        "label_agreement": float((guesses == plain).mean()),
        "server_seconds": seconds,
        "linear_seconds": server.seconds["linear and square"],
        "relinearise_seconds": server.seconds["relinearise"],
        "client_seconds": encrypting + decrypting,
        "tenseal_seconds": tenseal,
        "accuracy": float((guesses == labels)[:fresh].mean()),
        "plain_accuracy": float((plain == labels)[:fresh].mean()),
        "data": data,
    }
    return found | _one_image()


def _enlarged_digits() -> tuple[np.ndarray, np.ndarray, int]:
    """Return digits at 28x28, their labels, and how many of them are to train on."""
    digits = load_digits_split()
    small = np.vstack([digits.X_train, digits.X_test]).reshape(-1, 8, 8)
    large = np.kron(small, np.ones((3, 3)))
    edge = (SIDE - large.shape[1]) // 2
    images = np.pad(large, ((0, 0), (edge, edge), (edge, edge)))
    labels = np.concatenate([digits.y_train, digits.y_test])
    return images.reshape(-1, SIDE**2), labels, len(digits.X_train)


def _unrolled(kernels: np.ndarray) -> np.ndarray:
    """Return the convolution as a matrix (845, 784); one row and column of padding."""
    W = np.zeros((MAPS, OUT, OUT, SIDE + 1, SIDE + 1))
    for i in range(OUT):
        for j in range(OUT):
            rows = slice(STRIDE * i, STRIDE * i + KERNEL)
            columns = slice(STRIDE * j, STRIDE * j + KERNEL)
            W[:, i, j, rows, columns] = kernels
    return W[..., 1:, 1:].reshape(MAPS * OUT**2, SIDE**2)


def _trained(images: np.ndarray, labels: np.ndarray) -> SquareNetwork:
    import torch

    torch.manual_seed(21)
    conv = torch.nn.Conv2d(1, MAPS, KERNEL, STRIDE)
    dense, last = torch.nn.Linear(MAPS * OUT**2, 100), torch.nn.Linear(100, 10)
    parameters = [p for layer in (conv, dense, last) for p in layer.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=2e-3, weight_decay=1e-4)
    x = torch.tensor(images, dtype=torch.float32).reshape(-1, 1, SIDE, SIDE)
    x, y = torch.nn.functional.pad(x, (1, 0, 1, 0)), torch.tensor(labels)
    epochs, batch = 12, 64
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(batch):
            hidden = dense(conv(x[rows]).flatten(1) ** 2) ** 2
            loss = torch.nn.functional.cross_entropy(last(hidden), y[rows])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
        schedule.step()
    kernels = conv.weight.detach().double().numpy()[:, 0]
    bias = np.repeat(conv.bias.detach().double().numpy(), OUT**2)
    weights = [layer.weight.detach().double().numpy() for layer in (dense, last)]
    biases = [layer.bias.detach().double().numpy() for layer in (dense, last)]
    return SquareNetwork((_unrolled(kernels), *weights), (bias, *biases))


def _tenseal_seconds(network: SquareNetwork, images: np.ndarray) -> float:
    """Return the seconds of a batch with TenSEAL's batched tensors, from slices."""
    import tenseal as ts

    sizes = [30, 26, 26, 26, 26, 26, 30]  # a level for each product
    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=sizes)
    context.global_scale = 2.0**26
    context.generate_relin_keys()
    taken, units = 24, (6, 4, 2)
    x = ts.ckks_tensor(context, images[:, None, 300 : 300 + taken].tolist(), batch=True)
    total = 0.0
    for k, W in enumerate(network.weights):
        used = W[: units[k], :taken].T + 0.01  # no product by 0 is left out
        begin = time.perf_counter()
        x = x.mm(used.tolist())
        total += (time.perf_counter() - begin) / used.size * np.count_nonzero(W)
        if k < network.depth:
            begin = time.perf_counter()
            x = x.square()
            total += (time.perf_counter() - begin) / units[k] * len(W)
        taken = units[k]
    return total


def _one_image() -> dict[str, float]:
    digits, rng = load_digits_split(), np.random.default_rng(38)
    net = Network([64, 32, 10], Quadratic(), rng=rng)
    net.flat *= 0.5
    train(net, digits.X_train, digits.y_train, rate=0.005, epochs=20, rng=rng)
    channel = Channel("client", "server", keep_bodies=False)
    client = lola.Client(channel["client"])
    server = lola.Server(channel["server"], SquareNetwork.from_network(net))
    client.send_keys()
    server.receive_keys()
    seconds = {}
    for layout in ("simd", "stacked"):
        runs = []
        for image in digits.X_test[:3]:
            lola.classify(channel, client, server, image, layout)
            runs.append(server.seconds)
        seconds[layout] = min(runs)
    return {
        "one_image_seconds": seconds["stacked"],
        "one_image_ratio_to_simd": seconds["simd"] / seconds["stacked"],
    }
