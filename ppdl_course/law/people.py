"""Invented people: name, age, family members, home address, phone number.

Family names are put together from syllables, streets and districts belong to no city,
and every phone number starts with 000, which no country has given to anybody. A match
with a living person's name would be chance.
"""

from dataclasses import dataclass

from ppdl_course.arguments import between
from ppdl_course.law.draws import Draws

DISTRICTS = ("Harbour", "Hillcrest", "Northgate", "Old Mill", "Riverside", "Station")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list written as one text."""
    return tuple(text.split())


GIVEN_NAMES = words(
    "Ada Alma Anton Bela Bruno Carla Cem Clara Dario Delia Edda Elias Emil Enid Fabio "
    "Faye Gala Goran Hana Hugo Ida Igor Ines Ivo Jana Jonas Kaya Kurt Lena Leo Lin "
    "Lola Luca Mara Max Mei Milo Mina Nadia Nils Nora Olga Omar Otto Paula Pia Quinn "
    "Rafa Rhea Rosa Ruben Selma Soren Tara Theo Tilda Ugo Una Vera Viktor Wanda "
    "Xenia Yara Yusuf Zeno Zora"
)
FAMILY_STARTS = words(
    "Alder Bram Calder Dunn Elm Fenn Garr Hollen Iver Jarro Kest Lorn Marl Nev Orrin "
    "Pell Quill Rusk Sorr Tarn Ulver Vell Wend Yarr Zell"
)
FAMILY_ENDS = words(
    "aby aski beck bourne dale ek enko er ford gate heim ic ini lund mere mont o ova "
    "quist ridge sen stad ton ume wick wright"
)
STREETS = tuple(
    f"{first} {kind}"
    for kind, firsts in {
        "Street": "Anvil Beacon Copper Fountain Juniper Lantern Mason Orchard Tanner",
        "Lane": "Bramble Cooper Heron Larch Pear Quarry Sparrow Thistle Weaver",
        "Road": "Abbey Canal Ferry Granary Kiln Market Pump Signal Windmill",
        "Court": "Amber Cedar Falcon Iris Maple Swan",
    }.items()
    for first in firsts.split()
)
CHILDREN = ("daughter", "son")


@dataclass(frozen=True, slots=True)
class Person:
    """The five fields of a case file that its owner would keep to themselves.

    Attributes:
        name: Given name and family name.
        age: Years at the time of the judgment, 16 to 84.
        family: Relation of each family member in the household.
        district: One of ``DISTRICTS``.
        address: House number, street and district.
        phone: ``000-dddd-dddd``.
    """

    name: str
    age: int
    family: tuple[str, ...]
    district: str
    address: str
    phone: str


def full_name(draws: Draws) -> str:
    """Return a given name and an invented family name."""
    return (
        f"{draws.choice(GIVEN_NAMES)} "
        f"{draws.choice(FAMILY_STARTS)}{draws.choice(FAMILY_ENDS)}"
    )


def phone_number(subscriber: int) -> str:
    """Return the fictitious phone number with the given eight digits.

    >>> phone_number(4217)
    '000-0000-4217'
    """
    between(0, 10**8 - 1, subscriber=subscriber)
    digits = f"{subscriber:08d}"
    return f"000-{digits[:4]}-{digits[4:]}"


def person(draws: Draws) -> Person:
    """Return one invented person; family and age go together, nothing else does."""
    age = min(max(38 + draws.bell(14), 16), 84)
    district = draws.choice(DISTRICTS)
    return Person(
        name=full_name(draws),
        age=age,
        family=_family(draws, age),
        district=district,
        address=f"{draws.between(1, 240)} {draws.choice(STREETS)}, {district}",
        phone=phone_number(draws.below(10**8)),
    )


def _family(draws: Draws, age: int) -> tuple[str, ...]:
    """Return the household of somebody of that age."""
    members = []
    if age >= 20 and draws.chance(55):
        members.append("spouse")
    if 20 <= age < 65:
        count = draws.weighted({0: 45, 1: 25, 2: 20, 3: 7, 4: 3})
        members += [draws.choice(CHILDREN) for _ in range(count)]
    for parent in ("mother", "father"):
        if draws.chance(70 if age < 24 else 12):
            members.append(parent)
    for sibling in ("sister", "brother"):
        if draws.chance(30 if age < 24 else 5):
            members.append(sibling)
    if age >= 58 and draws.chance(25):
        members.append("grandchild")
    return tuple(members)
