"""SPU's processor seconds for a step, both parties: run by an interpreter that has it.

    python spu_step.py          prints {"lr": seconds, "nn": seconds} as JSON

Protocol SEMI2K, ring of 64 bits, 13 fraction bits; triples from its trusted first
party, as ours from the dealer. Every call of the simulator shares its inputs and starts
threads: a run of 6 steps less a run of one, over 5, leaves the steps.
"""

import json
import time

import jax.numpy as jnp
import spu
import spu.utils.simulation as simulation
from steps import RATE, start


def lr_step(x, y, weights):
    (w,) = weights
    d = jnp.clip(x @ w + 0.5, 0, 1) - y
    return [w - RATE * (x.T @ d)]


def nn_step(x, y, weights):
    inputs = [x]
    for w in weights[:-1]:
        inputs.append(jnp.maximum(inputs[-1] @ w, 0))
    d = inputs[-1] @ weights[-1] - y
    new = list(weights)
    for k in reversed(range(len(weights))):
        new[k] = weights[k] - RATE * (inputs[k].T @ d)
        if k:
            d = (d @ weights[k].T) * (inputs[k] > 0)
    return new


def seconds(kind: str, steps: int) -> float:
    config = spu.RuntimeConfig(
        protocol=spu.ProtocolKind.SEMI2K,
        field=spu.FieldType.FM64,
        fxp_fraction_bits=13,
    )
    one = {"lr": lr_step, "nn": nn_step}[kind]

    def run(x, y, weights):
        for _ in range(steps):
            weights = one(x, y, weights)
        return weights

    secret = simulation.sim_jax(simulation.Simulator(2, config), run)
    inputs = start(kind)
    secret(*inputs)  # compiled once
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        secret(*inputs)
        best = min(best, time.process_time() - begin)
    return best


if __name__ == "__main__":
    print(json.dumps({k: (seconds(k, 6) - seconds(k, 1)) / 5 for k in ("lr", "nn")}))
