"""Visible check of chapter 15: the attack on an office by the difference of counts."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.remote import mapped
from ppdl_course.checks.verdict import on_other_data, require
from ppdl_course.dp.audits.statistics_office import StatisticsOffice


@on_other_data
@drawn_anew
def check_reveal_custody(reveal_custody: Callable[..., bool], *, seed: int = 1) -> None:
    """Check the differencing attack on each of forty cases at a careful office."""
    rng = np.random.default_rng(seed)
    cases = [
        SimpleNamespace(case_id=f"C{i:04}", custodial=int(rng.random() < 0.5))
        for i in range(40)
    ]
    said, refusals = [], []
    for case in cases:
        office = StatisticsOffice(cases, minimum=5)
        count = _noting_refusals(_behind_the_counter(office, cases), refusals)
        try:
            got = reveal_custody(count, case.case_id)
        except ValueError as refused:
            require(
                "given out" not in str(refused),
                "the office refused: it gives out no count below 5. Ask for two large "
                "groups that differ in one case.",
            )
            raise
        require(
            isinstance(got, bool | np.bool_),
            f"the answer must be True or False, got {got!r}.",
        )
        require(
            office.answered > 0 or not refusals,
            "the office refused every question, and you took the refusal for an "
            "answer: it gives out no count below 5, of whatever outcome. Ask for two "
            "large groups that differ in one case.",
        )
        require(
            office.answered > 0,
            "count, the office that you are given, was never asked: the answer is a "
            "guess, or it comes from another office.",
        )
        said.append(bool(got))
    true = [bool(case.custodial) for case in cases]
    require(
        len(set(said)) == 2,
        "the same reply for every case, so wrongly for some. Compare two counts whose "
        "groups differ by this one case: of those in prison with it and without it. "
        "They are never further apart than 1, and which can be the smaller?",
    )
    require(
        said != [not outcome for outcome in true],
        "every reply is the opposite of the truth: when are the two counts equal?",
    )
    for case, got, want in zip(cases, said, true, strict=True):
        require(
            got == want,
            f"{case.case_id} came out as {got}, wrongly. Compare two counts: which "
            "group is larger by just this case, and when?",
        )


def _noting_refusals(
    count: Callable[..., int], refusals: list[str]
) -> Callable[..., int]:
    """Return the office's count, which notes what it refuses."""

    def noting(condition: Callable[[object], bool]) -> int:
        try:
            return count(condition)
        except ValueError as refused:
            refusals.append(str(refused))
            raise

    return noting


def _behind_the_counter(office: StatisticsOffice, cases: list) -> Callable[..., int]:
    """Return ``office.count``, whose conditions learn nothing but the count.

    The office applies a condition in its own house. So each is also shown made-up
    records, the same ids with the other outcome: who writes down what it sees has both.
    """

    def count(condition: Callable[[object], bool]) -> int:
        decoys = [
            SimpleNamespace(case_id=case.case_id, custodial=outcome)
            for case in cases
            for outcome in (1, 0)
        ]
        # decoys before and behind: neither the first nor the last records seen are real
        shown = [*decoys, *cases, *decoys]
        truths = mapped(condition, [(case,) for case in shown])
        true = dict(
            zip(map(id, cases), truths[len(decoys) : -len(decoys)], strict=True)
        )
        return office.count(lambda case: true[id(case)])

    return count
