"""Criminal cases with an outcome: the rows of ``data/law_cases.csv``.

The outcome is made in the open. A case collects points, a bell-shaped rest is added for
everything a file does not say, and a positive total means a custodial sentence::

    total = facts + facts x facts + person + person x facts + rest

The first term alone is what a linear model can use. The products are rules that a
linear model cannot state ("a settlement helps in a property case and is read as an
admission in a violent one") and a small network can. The personal terms put a price on
privacy: age, family and district carry points, as they do in real courts whether or not
they should. Name, street and phone number carry none.

No statistic of real courts went into the points. They teach; they do not describe.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ppdl_course.law.draws import Draws
from ppdl_course.law.people import CHILDREN, Person, person

SEED = 20190805
ROWS = 6000
TEST_PERCENT = 25

CHARGES = ("assault", "burglary", "drugs", "fraud", "robbery", "theft")
VIOLENT = ("assault", "robbery")
COURTS = ("appeal", "city", "county")
REPRESENTATIONS = ("assigned", "none", "private")
REFORM_YEAR = 2019  # drugs are judged more mildly from then on, fraud more strictly

_MONTHS = dict(assault=16, burglary=14, drugs=18, fraud=20, robbery=34, theft=8)
_CHARGE = dict(assault=0, burglary=100, drugs=100, fraud=0, robbery=600, theft=-400)
_DISTRICT = dict(
    zip(
        ("Harbour", "Hillcrest", "Northgate", "Old Mill", "Riverside", "Station"),
        (350, -450, -150, 250, -350, 350),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Case:
    """What a court's file says, before and after the judgment.

    Attributes:
        person: The defendant.
        court: One of ``COURTS``.
        year: Year of the judgment, 2014 to 2023.
        charge: One of ``CHARGES``.
        prior_convictions: Count, 0 to 6.
        amount: Damage or gain in the invented currency "crowns", whole.
        injury: 0 none, 1 slight, 2 serious, 3 lasting.
        weapon: Whether a weapon was carried.
        settled: Whether the victim was compensated before the trial.
        confessed: Whether the defendant confessed.
        representation: One of ``REPRESENTATIONS``.
        custodial: The outcome: whether the sentence is served in prison.
        months: Length of that sentence, 0 where there is none.
    """

    person: Person
    court: str
    year: int
    charge: str
    prior_convictions: int
    amount: int
    injury: int
    weapon: bool
    settled: bool
    confessed: bool
    representation: str
    custodial: bool = False
    months: int = 0


def cases(seed: int = SEED, count: int = ROWS) -> Iterator[Case]:
    """Yield ``count`` judged cases; no two share a name or a phone number."""
    draws = Draws(seed)
    names: set[str] = set()
    phones: set[str] = set()
    while len(names) < count:
        defendant = person(draws)
        case = _facts(draws, defendant)
        judged = _judge(draws, case)
        # judged before it is dropped: a row depends only on the draws before it
        if defendant.name not in names and defendant.phone not in phones:
            names.add(defendant.name)
            phones.add(defendant.phone)
            yield judged


def _facts(draws: Draws, defendant: Person) -> Case:
    """Return the file before the judgment; what was done depends on the charge."""
    charge = draws.choice(CHARGES)
    violent = charge in VIOLENT
    magnitude = draws.between(*((3, 7) if charge in ("fraud", "burglary") else (1, 5)))
    return Case(
        person=defendant,
        court=draws.choice(COURTS),
        year=draws.between(2014, 2023),
        charge=charge,
        prior_convictions=draws.weighted({0: 46, 1: 22, 2: 14, 3: 9, 4: 5, 5: 3, 6: 1}),
        amount=draws.between(2**magnitude, 2 ** (magnitude + 2)) * 50,
        injury=draws.weighted(
            {0: 20, 1: 40, 2: 28, 3: 12} if violent else {0: 88, 1: 12}
        ),
        weapon=draws.chance(45 if violent else 10),
        settled=draws.chance(50),
        confessed=draws.chance(50),
        representation=draws.choice(REPRESENTATIONS),
    )


def _judge(draws: Draws, case: Case) -> Case:
    """Return the case with its outcome."""
    total = _facts_points(case) + _rules_points(case) + _person_points(case)
    total += draws.bell(700)  # judges differ: no model gets every case right
    months = _MONTHS[case.charge] + total // 150 + 2 * case.prior_convictions
    months = max(months + draws.bell(3), 1)
    custodial = total > 0
    return Case(
        **{name: getattr(case, name) for name in case.__slots__[:-2]},
        custodial=custodial,
        months=months if custodial else 0,
    )


def _facts_points(case: Case) -> int:
    """Return what each fact weighs by itself."""
    return (
        _CHARGE[case.charge]
        + 400 * case.prior_convictions
        + 500 * case.injury
        + 600 * case.weapon
        + case.amount // 20
        - 300 * case.settled
        - 200 * case.confessed
        - 600
    )


def _rules_points(case: Case) -> int:
    """Return what facts weigh together; each rule turns the sign of something."""
    points = 900 if case.settled == (case.charge in VIOLENT) else -900
    points += 700 if case.confessed == (case.prior_convictions > 0) else -700
    if case.representation == "private":
        points += dict(appeal=-800, city=-200, county=800)[case.court]
    late = case.year >= REFORM_YEAR
    if case.charge == "drugs":
        points += -900 if late else 900
    if case.charge == "fraud":
        points += 900 if late else -900
    return points


def _person_points(case: Case) -> int:
    """Return what the person weighs: age, family, district."""
    defendant = case.person
    children = sum(member in CHILDREN for member in defendant.family)
    points = _DISTRICT[defendant.district] - 200 * len(defendant.family)
    if defendant.age < 25 or defendant.age >= 55:
        points -= 900
    else:
        points += 600
    if children and defendant.age < 40:
        points -= 400
    return points
