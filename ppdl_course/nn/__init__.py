"""Feedforward networks in numpy (chapters 1, 12): layers, losses, gradients, training.

>>> import numpy as np
>>> from ppdl_course.nn import CrossEntropy, Network
>>> network = Network([3, 4, 4, 2], "sigmoid", rng=np.random.default_rng(0))
>>> [W.shape for W in network.weights]  # a column for the bias node, then the inputs
[(4, 4), (4, 5), (2, 5)]
>>> x, labels = np.eye(3), np.array([0, 1, 1])
>>> loss, gradient = network.loss_and_gradient(x, labels, CrossEntropy())
>>> gradient.shape == network.flat.shape == (46,)
True
"""

from ppdl_course.nn.activations import (
    ACTIVATIONS,
    Activation,
    Identity,
    PReLU,
    ReLU,
    Sigmoid,
    sigmoid,
)
from ppdl_course.nn.losses import CrossEntropy, Loss, MeanSquaredError, softmax
from ppdl_course.nn.network import LayerPass, Network
from ppdl_course.nn.training import SGD, History, accuracy, train

__all__ = [
    "ACTIVATIONS",
    "SGD",
    "Activation",
    "CrossEntropy",
    "History",
    "Identity",
    "LayerPass",
    "Loss",
    "MeanSquaredError",
    "Network",
    "PReLU",
    "ReLU",
    "Sigmoid",
    "accuracy",
    "sigmoid",
    "softmax",
    "train",
]
