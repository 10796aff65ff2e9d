"""The two servers as two processes that talk over TCP on the loopback.

    this process: owner and dealer       shares and material, over pipes, beforehand
    server 0  <----- TCP ----->  server 1

Each server's process gets its own shares, its own seed and its own corrections, and
nothing of the other's; what they open never passes through this process.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ppdl_course.mpc.learning import network, regression
from ppdl_course.mpc.learning.dealer import Dealer
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.material import Item, Supply
from ppdl_course.mpc.learning.network import NetworkPlan
from ppdl_course.mpc.learning.regression import RegressionPlan
from ppdl_course.mpc.learning.server import Server
from ppdl_course.mpc.learning.session import SERVERS, guarded
from ppdl_course.mpc.sharing.additive import split
from ppdl_course.parties.channel import Endpoint
from ppdl_course.parties.processes import Outcome, Program, launch

Words = np.ndarray
Plan = RegressionPlan | NetworkPlan


def train_apart(
    plan: Plan,
    x: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray | Sequence[np.ndarray],
    *,
    fixed: FixedPoint | None = None,
    timeout: float = 60.0,
) -> tuple[Any, Outcome]:
    """Train on two servers in two processes; return the weights and what crossed.

    Args:
        plan: Of a regression or of a network.
        x: The owner's data, float.
        y: Its labels.
        weights: The first weights: a matrix, or a network's list of them.
        fixed: How numbers are written.
        timeout: Seconds after which both processes are ended.

    Returns:
        The trained weights as numbers, and the outcome with both servers' views.

    Raises:
        RuntimeError: If a server fails; the message has both servers' errors.
        ValueError: If the data are too large for the fixed point.
    """
    fixed = fixed or FixedPoint()
    many = isinstance(plan, NetworkPlan)
    matrices = [x, y, *(weights if many else [weights])]
    shares = [split(fixed.encode(matrix)) for matrix in matrices]
    dealer = Dealer()
    pairs = list(dealer.deal(plan.requests(fixed.compared_bits)))
    first, second = (
        Program(
            name,
            f"{__name__}:play_server",
            (
                party,
                asdict(fixed),
                asdict(plan),
                dealer.seeds[party],
                [pair[party] for pair in pairs],
                [pair[party] for pair in shares],
            ),
        )
        for party, name in enumerate(SERVERS)
    )
    outcome = launch(first, second, timeout=timeout)
    results = zip(*(outcome.results[name] for name in SERVERS), strict=True)
    trained = [fixed.decode(a + b) for a, b in results]
    return (trained if many else trained[0]), outcome


def play_server(
    end: Endpoint,
    party: int,
    fixed: dict[str, int],
    plan: dict[str, Any],
    seed: bytes,
    items: list[Item],
    shares: list[Words],
) -> list[Words]:
    """Play one server: what its process runs. Returns its shares of the weights."""
    supply = Supply(party, seed, items)
    server = Server(end, party, supply, fixed=FixedPoint(**fixed))
    x, y, *weights = shares
    if "sizes" in plan:
        return guarded(network.train, server, NetworkPlan(**plan), x, y, weights)
    plan_ = RegressionPlan(**plan)
    return [guarded(regression.train, server, plan_, x, y, *weights)]
