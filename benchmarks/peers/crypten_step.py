"""CrypTen's processor seconds for a step, both parties: run where it is installed.

    python crypten_step.py      prints {"lr": seconds, "nn": seconds} as JSON

Two processes over gloo on the loopback, triples from its trusted first party. CrypTen
0.4.1 asks torch for a module that is gone; only its reader of ONNX files uses it, so
an empty one stands in.
"""

import importlib.util
import json
import os
import sys
import time
import types

os.environ.setdefault("OMP_NUM_THREADS", "1")
_GONE = "torch.onnx._internal.registration"
if importlib.util.find_spec(_GONE) is None:
    sys.modules[_GONE] = types.ModuleType(_GONE)
    sys.modules[_GONE].registry = None

import crypten  # noqa: E402
import crypten.mpc  # noqa: E402
import torch  # noqa: E402
from steps import RATE, start  # noqa: E402


def lr_step(x, y, weights):
    (w,) = weights
    u = x.matmul(w) + 0.5
    p = u * (u > 0)
    p = p - (p - 1) * (p > 1)
    return [w - x.t().matmul(p - y) * RATE]


def nn_step(x, y, weights):
    inputs, gates = [x], []
    for w in weights[:-1]:
        z = inputs[-1].matmul(w)
        gates.append(z > 0)
        inputs.append(z * gates[-1])
    d = inputs[-1].matmul(weights[-1]) - y
    new = list(weights)
    for k in reversed(range(len(weights))):
        new[k] = weights[k] - inputs[k].t().matmul(d) * RATE
        if k:
            d = d.matmul(weights[k].t()) * gates[k - 1]
    return new


@crypten.mpc.run_multiprocess(world_size=2)
def play(kind, steps):
    torch.set_num_threads(1)
    x, y, weights = start(kind)
    x, y = (crypten.cryptensor(torch.tensor(v).float()) for v in (x, y))
    first = [crypten.cryptensor(torch.tensor(w).float()) for w in weights]
    step = {"lr": lr_step, "nn": nn_step}[kind]
    step(x, y, first)  # warm
    best = float("inf")
    for _ in range(steps):
        begin = time.process_time()
        step(x, y, first)
        best = min(best, time.process_time() - begin)
    return best


if __name__ == "__main__":
    print(json.dumps({kind: sum(play(kind, 5)) for kind in ("lr", "nn")}))
