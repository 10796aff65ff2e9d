r"""When to switch protection on: an inspection game, played anew in each round.

A federation learns with a court's module, which is honest or, with probability pi,
malicious. In each round the federation protects (on) or does not (off), unseen by the
module; a malicious module attacks or behaves. Costs of the federation, gains of the
module, both per round:

                   attack            behave
    on        -c,  -r           -c,   0          c  cost of protecting (energy, seconds)
    off       -L,  +f            0,   0          L  loss of an attack that gets through

Mixed equilibrium for c <= pi L, from the two indifferences:

    f (1 - P(on)) = r P(on)           =>  P(on) = f / (f + r)
    c = pi P(attack | malicious) L    =>  P(attack | malicious) = c / (pi L)

For c > pi L protecting never pays: off, and attack. After each round the damage of an
attack shows, or a detector reports one (with misses and false alarms), and Bayes moves
the belief; attacks show whether or not protection is on, so that all rules hold the
same belief. Rules: ``always``, ``never``, ``equilibrium`` (toss P(on) at the present
belief) and ``threshold``: on iff belief * P(attack) * L > c. Against a module whose
rate does not react, no rule that sees the same signals costs less than the threshold:
what is switched today changes nothing of what is known tomorrow.

Assumed, not protected: the federation knows c, L, f, r, pi and the rate; a module that
knows a deterministic rule attacks where it is off (``equilibrium`` is for that).

**Reconstructed.** Of the paper only this is used: that global and local modules play a
game, that protection costs energy, and that rules are compared by simulation. Payoffs,
belief, signals and rules above are our own reconstruction, after the inspection games
of Avenhaus, von Stengel, Zamir (Handbook of Game Theory 3, 2002, chapter 51).

Source: C. Esposito, X. Su, S. A. Aljawarneh, C. Choi, "Securing Collaborative Deep
Learning in Industrial Applications Within Adversarial Scenarios", IEEE Transactions on
Industrial Informatics 14, 2018, 4972-4981.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ppdl_course.arguments import (
    at_least,
    non_negative,
    one_of,
    positive,
    probabilities,
    within,
)

RULES = ("always", "never", "equilibrium", "threshold")
QUANTITIES = ("energy", "loss", "total")


@dataclass(frozen=True)
class Equilibrium:
    """What both sides do.

    Attributes:
        protect: P(on).
        attack: P(attack | malicious).
        kind: ``mixed``; ``never pays`` for c > pi L; ``free`` for c = 0.
    """

    protect: float
    attack: float
    kind: str


@dataclass(frozen=True)
class Game:
    """Payoffs of one round with one court, all in one unit.

    Attributes:
        cost: c >= 0, of protecting for a round.
        loss: L > 0, of an attack without protection.
        gain: f > 0, what the attacker gets then.
        penalty: r >= 0, what an attack costs the attacker when protection is on.

    Raises:
        ValueError: If one is out of its bound, not finite or no number.
    """

    cost: float
    loss: float
    gain: float
    penalty: float

    def __post_init__(self) -> None:
        non_negative(cost=self.cost, penalty=self.penalty)
        positive(loss=self.loss, gain=self.gain)

    def payoffs(self, prior: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the matrices of federation and malicious module, float64 ``(2, 2)``.

        Rows on, off; columns attack, behave. The federation's are expected over the
        module's kind: it meets an attack only if the module is malicious.

        Raises:
            ValueError: If ``prior`` is outside [0, 1].
        """
        within("[0, 1]", prior=prior)
        federation = [[-self.cost, -self.cost], [-prior * self.loss, 0.0]]
        module = [[-self.penalty, 0.0], [self.gain, 0.0]]
        return np.array(federation), np.array(module)

    def equilibrium(self, prior: float) -> Equilibrium:
        """Return what both do in a round at this belief.

        Args:
            prior: pi, the probability of a malicious module, in [0, 1].

        Raises:
            ValueError: If it is outside.
        """
        within("[0, 1]", prior=prior)
        protect = float(self.protect_probability(np.float64(prior)))
        attack = float(self.attack_probability(np.float64(prior)))
        if prior * self.loss < self.cost or prior == 0:
            kind = "never pays"
        else:
            kind = "mixed" if self.cost else "free"
        return Equilibrium(protect, attack, kind)

    def protect_probability(self, belief: np.ndarray) -> np.ndarray:
        """Return P(on) at each belief in [0, 1], float64 of the same shape."""
        belief = probabilities(belief=belief)
        mixed = 1.0 if self.cost == 0 else self.gain / (self.gain + self.penalty)
        pays = (belief * self.loss >= self.cost) & (belief > 0)
        return np.where(pays, mixed, 0.0)

    def attack_probability(self, belief: np.ndarray) -> np.ndarray:
        """Return P(attack | malicious) at each belief in [0, 1], as float64."""
        at_stake = probabilities(belief=belief) * self.loss
        pays = (at_stake >= self.cost) & (at_stake > 0)
        return np.where(pays, self.cost / np.where(pays, at_stake, 1.0), 1.0)


def updated_belief(
    belief: np.ndarray,
    attack_rate: np.ndarray,
    seen: np.ndarray,
    *,
    detection: float = 1.0,
    false_alarm: float = 0.0,
) -> np.ndarray:
    """Return the probability of a malicious module after a round's signal: Bayes.

    Args:
        belief: Before the round, in [0, 1].
        attack_rate: P(attack | malicious) in this round, in [0, 1].
        seen: Whether an attack was reported, bool.
        detection: P(report | attack), by default 1: damage shows.
        false_alarm: P(report | no attack).

    Returns:
        float64, in the shape to which the three broadcast.

    Raises:
        ValueError: If a probability is outside [0, 1], or a signal has probability 0
            at its belief: then the belief was wrong.
    """
    within("[0, 1]", detection=detection, false_alarm=false_alarm)
    belief = probabilities(belief=belief)
    rate, seen = probabilities(attack_rate=attack_rate), np.asarray(seen)
    if seen.dtype != bool:
        raise ValueError(f"seen must be bool, got {seen.dtype}")
    reported = rate * detection + (1 - rate) * false_alarm
    if_malicious = np.where(seen, reported, 1 - reported)
    if_honest = np.where(seen, false_alarm, 1 - false_alarm)
    both = belief * if_malicious + (1 - belief) * if_honest
    if not np.all(both > 0):
        raise ValueError(
            "seen must be possible at the belief, got a signal of probability 0"
        )
    return belief * if_malicious / both


def switch_on(
    belief: np.ndarray, attack_rate: np.ndarray, *, cost: float, loss: float
) -> np.ndarray:
    """Return whether the threshold rule protects: belief * rate * loss > cost, bool.

    Raises:
        ValueError: If a probability is outside [0, 1], or a cost negative.
    """
    non_negative(cost=cost, loss=loss)
    belief = probabilities(belief=belief)
    return belief * probabilities(attack_rate=attack_rate) * loss > cost


@dataclass(frozen=True)
class Outcome:
    """What a rule cost in the simulated rounds, a row or entry for each court.

    Attributes:
        energy: Spent on protection, a round, float64 ``(courts,)``.
        loss: By attacks that got through, a round, ``(courts,)``.
        gained: By the module, a round: gains less penalties, ``(courts,)``.
        on: Whether protection was on, bool ``(rounds, courts)``.
        attacked: Whether the module attacked, bool ``(rounds, courts)``.
        belief: Before each round and after the last, ``(rounds + 1, courts)``.
    """

    energy: np.ndarray
    loss: np.ndarray
    gained: np.ndarray
    on: np.ndarray
    attacked: np.ndarray
    belief: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Energy and loss together, a round, ``(courts,)``."""
        return self.energy + self.loss

    def interval(
        self,
        quantity: str = "total",
        *,
        over: "Outcome | None" = None,
        level: float = 0.99,
    ) -> tuple[float, float, float]:
        """Return mean and both ends of its confidence interval over the courts.

        Args:
            quantity: ``energy``, ``loss`` or ``total``.
            over: Another rule on the same draws: the mean of the paired differences.
            level: Coverage, by the normal approximation.

        Raises:
            ValueError: If an argument is out of its bound, or the other outcome has
                another number of courts.
        """
        one_of(QUANTITIES, quantity=quantity)
        within("(0, 1)", level=level)
        values = getattr(self, quantity)
        if over is not None:
            other = getattr(over, quantity)
            if other.shape != values.shape:
                raise ValueError(
                    f"over must have {len(values)} courts, got {len(other)}"
                )
            values = values - other
        reach = NormalDist().inv_cdf((1 + level) / 2)
        half = reach * float(values.std(ddof=1)) / math.sqrt(len(values))
        mean = float(values.mean())
        return mean, mean - half, mean + half


def simulate(
    game: Game,
    prior: float,
    rule: str,
    *,
    rng: np.random.Generator,
    attack_rate: float | None = 0.4,
    rounds: int = 100,
    courts: int = 400,
    detection: float = 1.0,
    false_alarm: float = 0.0,
) -> Outcome:
    """Play ``rounds`` rounds with each of many courts, all drawn apart.

    Args:
        game: The payoffs.
        prior: Probability that a court's module is malicious, in [0, 1].
        rule: One of :data:`RULES`.
        rng: Draws kinds, attacks, reports and tosses.
        attack_rate: P(attack | malicious) in every round; ``None``: the module plays
            the equilibrium at the belief of the round.
        rounds: >= 1.
        courts: >= 2.
        detection: As in :func:`updated_belief`.
        false_alarm: As there.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    within("[0, 1]", prior=prior, detection=detection, false_alarm=false_alarm)
    if attack_rate is not None:
        within("[0, 1]", attack_rate=attack_rate)
    one_of(RULES, rule=rule)
    at_least(1, rounds=rounds)
    at_least(2, courts=courts)
    malicious = rng.random(courts) < prior
    attack_draw, report_draw, toss = rng.random((3, rounds, courts))
    on = np.zeros((rounds, courts), bool)
    attacked = np.zeros((rounds, courts), bool)
    belief = np.full((rounds + 1, courts), float(prior))
    for t in range(rounds):
        now = belief[t]
        rate = game.attack_probability(now) if attack_rate is None else attack_rate
        attacked[t] = malicious & (attack_draw[t] < rate)
        on[t] = _decide(rule, game, now, rate, toss[t])
        seen = report_draw[t] < np.where(attacked[t], detection, false_alarm)
        belief[t + 1] = updated_belief(
            now, rate, seen, detection=detection, false_alarm=false_alarm
        )
    through, caught = attacked & ~on, attacked & on
    return Outcome(
        energy=game.cost * on.mean(0),
        loss=game.loss * through.mean(0),
        gained=game.gain * through.mean(0) - game.penalty * caught.mean(0),
        on=on,
        attacked=attacked,
        belief=belief,
    )


def _decide(
    rule: str, game: Game, belief: np.ndarray, rate: np.ndarray, toss: np.ndarray
) -> np.ndarray:
    """Return whether protection is on in a round, bool ``(courts,)``."""
    if rule == "threshold":
        return switch_on(belief, rate, cost=game.cost, loss=game.loss)
    if rule == "equilibrium":
        return toss < game.protect_probability(belief)
    return np.full(len(belief), rule == "always")


def compare(
    game: Game, prior: float, *, rng: np.random.Generator, **options: float | None
) -> dict[str, Outcome]:
    """Return the outcome of each rule on the same courts, attacks, reports and tosses.

    Args:
        game: The payoffs.
        prior: Probability of a malicious module.
        rng: Gives the seed that all rules share.
        options: Of :func:`simulate`: ``attack_rate``, ``rounds``, ``courts``, ...

    Raises:
        ValueError: If an argument is out of its bound.
    """
    seed = int(rng.integers(2**63))
    return {
        rule: simulate(game, prior, rule, rng=np.random.default_rng(seed), **options)
        for rule in RULES
    }


def energy_saved(outcomes: dict[str, Outcome], rule: str) -> tuple[float, float]:
    """Return what a rule saves and what that lets through, both as shares.

    Args:
        outcomes: Of :func:`compare`.
        rule: One of its keys.

    Returns:
        The energy saved as a share of always-on's, and the extra loss as a share of
        what is lost without any protection (0 where nothing is lost).

    Raises:
        ValueError: If there is no such rule, or always-on costs nothing.
    """
    one_of(tuple(outcomes), rule=rule)
    spent, full = outcomes[rule].energy.mean(), outcomes["always"].energy.mean()
    if full == 0:
        raise ValueError("cost must be positive for a share of energy, got 0")
    unprotected = outcomes["never"].loss.mean()
    lost = outcomes[rule].loss.mean() / unprotected if unprotected else 0.0
    return float(1 - spent / full), float(lost)


def break_even_loss(cost: float, belief: float, attack_rate: float) -> float:
    """Return the loss above which protecting a round pays: c / (belief * rate).

    For who has measured c in seconds and asks what a leaked record would have to be
    worth. Infinite where no attack is to be expected.

    Raises:
        ValueError: If a probability is outside [0, 1], or the cost is negative.
    """
    non_negative(cost=cost)
    within("[0, 1]", belief=belief, attack_rate=attack_rate)
    chance = belief * attack_rate
    return cost / chance if chance else math.inf
