"""The check of chapter 15's audit: a lower bound on epsilon from counts."""

import math
from collections.abc import Callable

from ppdl_course.checks.noise import number
from ppdl_course.checks.verdict import require
from ppdl_course.dp.audits.lower_bound import epsilon_lower_bound

CASES = [  # hits, hits of the neighbour, trials, delta
    (60, 40, 100, 0.0),
    (900, 100, 1000, 0.0),
    (500, 0, 1000, 0.0),
    (30, 10, 1000, 0.02),
    (10, 10, 10, 0.0),
    (0, 5, 10, 0.0),
    (300, 100, 1000, 0.05),
    (100, 900, 1000, 0.0),
]


def check_audit_bound(audit_bound: Callable[..., float], *, events: int = 5) -> None:
    """Check the audit's bound: exact on counts, silent on noise, loud on a defect.

    Args:
        audit_bound: The student's function.
        events: Of how many events the reported one is the best.
    """
    for hits, others, trials, delta in CASES:
        setting = {"trials": trials, "delta": delta}
        counts = f"{hits} against {others} of {trials}"
        for error in (1e-6, 0.05):

            def bound(share: float, h=hits, o=others, g=setting, e=error) -> float:
                return float(epsilon_lower_bound(h, o, **g, false_alarm=e * share))

            answer = audit_bound(hits, others, **setting, false_alarm=error)
            got = number(answer, "the bound")
            want = bound(1 / events)
            require(
                # the same bound in bits instead of nats
                want == 0 or not math.isclose(got, want / math.log(2), rel_tol=1e-4),
                "your bound is in bits. Epsilon is in nats: take math.log.",
            )
            require(
                not math.isclose(got, math.exp(want), rel_tol=1e-4),
                "this is the ratio of the probabilities: epsilon is its logarithm.",
            )
            require(
                hits >= others or got <= 1e-6,
                f"{counts}: the event is rarer on the first neighbour and proves "
                "nothing in this direction, so the bound is 0.",
            )
            raw = math.log(max((hits - delta * trials) / max(others, 0.5), 1.0))
            require(
                not (raw > want + 0.05 and got > want + 0.8 * (raw - want)),
                f"{counts}: the ratio of raw counts accuses by chance. Bound the first "
                "from below, the second from above.",
            )
            require(got >= 0, "a bound below 0 says nothing: return at least 0.")
            if math.isclose(got, want, rel_tol=1e-4, abs_tol=1e-6):
                continue
            for other in range(1, 41):
                require(
                    not math.isclose(got, bound(1 / other), rel_tol=1e-6),
                    f"your bound is that of one event out of {other}, and here it is "
                    f"the best of {events}: is that another variant's number?",
                )
            require(
                False,
                f"{counts}, delta {delta:g}, false alarm {error:g}: {got:.4f} is not "
                "the bound. Take delta off the lower bound; each side may fail with "
                "half of the event's share of the false alarm.",
            )
