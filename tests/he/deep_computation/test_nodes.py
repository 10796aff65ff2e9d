"""The same ciphertexts from any number of nodes, and from nodes that die."""

import os
import signal

import numpy as np
import pytest

from ppdl_course.he.deep_computation.nodes import NodesCloud
from ppdl_course.he.deep_computation.tensor_step import TensorStep
from ppdl_course.he.seal.plan import primes_of_size
from ppdl_course.he.training.bgv import BgvContext
from ppdl_course.he.training.integers import Precision
from ppdl_course.he.training.program import Needs
from ppdl_course.he.training.seal_bfv import BfvContext
from ppdl_course.nn.tensors.auto_encoder import TensorAutoEncoder

distributed = pytest.importorskip("distributed")


def cluster_of(nodes):
    return distributed.LocalCluster(
        n_workers=nodes,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
    )


@pytest.fixture(scope="module")
def workers():
    with cluster_of(2) as cluster, distributed.Client(cluster) as client:
        client.wait_for_workers(2)
        yield client


def a_step(context, shape=(4,), code=(4,)):
    """A cloud, a program and what to ask for: the same ciphertexts at every run."""
    size = shape[0]
    eye = np.eye(size).astype(int).astype(object)
    step = TensorStep(shape, code, eye, 0, Precision(1, 1))
    model = TensorAutoEncoder.drawn(shape, code, rng=np.random.default_rng(0))
    X = step.precision.inputs(np.random.default_rng(1).uniform(0, 1, (2, size)))
    numbers = step.numbers(X, step.flat(vars(model)))
    keys = context.keys()
    cloud = context.cloud(keys.public)
    sent = []
    for name, place, mark in Needs.of(step.program, context.rules).inputs:
        value = numbers[name][place]
        slots = value if np.ndim(value) else np.full(context.rules.n, value, object)
        sent.append(keys.encrypt(slots, mark))

    def run(cloud):
        waiting = iter(sent)
        ask = lambda name, place, mark: cipher(next(waiting), mark)  # noqa: E731
        cipher = getattr(cloud, "_cloud", cloud).cipher
        return step.program(cloud, ask)

    return cloud, run


def bgv():
    return BgvContext(64, 14, primes_of_size(64, 24, 1)[0])


def bfv():
    return BfvContext(64, 16, primes_of_size(64, 20, 1)[0], secure=False)


def same(found, expected):
    assert found.keys() == expected.keys()
    for name, ciphers in expected.items():
        for one, other in zip(found[name], ciphers, strict=True):
            assert one.mark == other.mark
            np.testing.assert_array_equal(one.parts, other.parts)


@pytest.mark.parametrize("context", [bgv, bfv])
def test_one_and_two_nodes_give_the_ciphertexts_of_none(workers, context):
    cloud, run = a_step(context())
    expected = run(cloud)
    for nodes in (1, 2):
        spread = NodesCloud(cloud, workers, nodes=nodes)
        same(run(spread), expected)
        # z1 16, a1 8, z2 16, a2 8, d2 4, back 16, d1 4, changes 32, in equal shares
        assert set(spread.work.values()) == {104 // nodes}


def test_more_nodes_than_there_are_is_refused(workers):
    cloud, _ = a_step(bgv(), (2,), (1,))
    with pytest.raises(ValueError, match=r"nodes must be an integer in 1\.\.|1 or 2"):
        NodesCloud(cloud, workers, nodes=3)


class Killing(NodesCloud):
    """Kills a worker of its own, once, while that computes its share."""

    def __init__(self, cloud, client, pid):
        super().__init__(cloud, client)
        self._pid, self._spreads = pid, 0

    def _gathered(self, futures):
        self._spreads += 1
        if self._spreads == 4:  # half way through the step
            os.kill(self._pid, signal.SIGKILL)
        return super()._gathered(futures)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_worker_killed_in_a_step_loses_nothing(workers):
    cloud, run = a_step(bgv())
    pids = workers.run(os.getpid)
    address = min(pids)
    killing = Killing(cloud, workers, pids[address])
    same(run(killing), run(cloud))
    assert killing._spreads > 4
    workers.wait_for_workers(2)  # the nanny starts another for the tests to come
    assert pids[address] not in workers.run(os.getpid).values()


@pytest.mark.nightly
def test_work_a_node_falls_as_the_number_of_nodes_grows():
    cloud, run = a_step(bgv(), (10,), (10,))
    expected = run(cloud)
    most = {}
    with cluster_of(10) as cluster, distributed.Client(cluster) as client:
        client.wait_for_workers(10)
        for nodes in (1, 2, 4, 10):
            spread = NodesCloud(cloud, client, nodes=nodes)
            same(run(spread), expected)
            most[nodes] = max(spread.work.values())
    whole = most[1]
    assert most[2] == whole / 2
    assert most[10] == whole / 10
    assert whole / 4 <= most[4] < 1.25 * whole / 4  # 10 rows are 3 + 3 + 2 + 2
