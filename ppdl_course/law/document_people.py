"""The people of the documents, and what fills the slots of a sentence about them.

A person keeps name, age, address and phone number through all documents, as in a real
archive, where that is what makes it possible to link them. The unseen people have
names, streets and family words that no training document contains, but partly of the
same syllables and characters, as new names are. Who is whose relative is drawn anew for
each document.
"""

from dataclasses import dataclass

from ppdl_course.law import chinese, english
from ppdl_course.law.draws import Draws
from ppdl_course.law.markup import Fill
from ppdl_course.law.people import (
    DISTRICTS,
    FAMILY_ENDS,
    FAMILY_STARTS,
    GIVEN_NAMES,
    STREETS,
    phone_number,
)

SEEN, UNSEEN = 400, 100  # people a language
_GIVEN_KEPT, _STARTS_KEPT, _STREETS_KEPT = 12, 6, 8  # for the unseen ones


@dataclass(frozen=True, slots=True)
class DocumentPerson:
    """One invented person of the documents, as far as the documents say."""

    name: str
    short: str
    age: int
    address: str
    phone: str


def people_of(
    draws: Draws, language: str
) -> tuple[list[DocumentPerson], list[DocumentPerson]]:
    """Return the people of one language: those of training, and the unseen ones."""
    make = _english_person if language == "en" else _chinese_person
    by_name: dict[str, DocumentPerson] = {}
    while len(by_name) < SEEN + UNSEEN:
        person = make(draws, len(by_name) >= SEEN)
        # a name that comes twice is drawn again, and the first bearer keeps it
        by_name.setdefault(person.name, person)
    people = list(by_name.values())
    return people[:SEEN], people[SEEN:]


def _english_person(draws: Draws, unseen: bool) -> DocumentPerson:
    # the last names of each list are kept for the unseen people
    kept = slice(-_GIVEN_KEPT, None) if unseen else slice(-_GIVEN_KEPT)
    given_names = [*GIVEN_NAMES[kept]]
    given_names += (english.WORD_NAMES_UNSEEN if unseen else english.WORD_NAMES).split()
    starts = FAMILY_STARTS[-_STARTS_KEPT:] if unseen else FAMILY_STARTS[:-_STARTS_KEPT]
    mixed = Draws(0).sample(STREETS, len(STREETS))  # so that every kind is in both
    streets = mixed[:_STREETS_KEPT] if unseen else mixed[_STREETS_KEPT:]
    short = draws.choice(starts) + draws.choice(FAMILY_ENDS)
    address = f"{draws.between(1, 240)} {draws.choice(streets)}"
    if draws.chance(60):
        address += f", {draws.choice(DISTRICTS)}"
    if draws.chance(20):
        address = f"Flat {draws.between(1, 30)}, {address}"
    name = f"{draws.choice(given_names)} {short}"
    return DocumentPerson(name, short, draws.between(19, 79), address, _phone(draws))


def _chinese_person(draws: Draws, unseen: bool) -> DocumentPerson:
    surnames = chinese.SURNAMES_UNSEEN if unseen else chinese.SURNAMES
    surname = draws.choice(surnames.split())
    given_names = (chinese.GIVEN_UNSEEN if unseen else chinese.GIVEN).split()
    name = surname + "".join(draws.sample(given_names, draws.between(1, 2)))
    streets = chinese.STREETS_UNSEEN if unseen else chinese.STREETS
    address = f"{draws.choice(streets.split())}{draws.between(1, 240)}号"
    if draws.chance(70):
        address = draws.choice(chinese.DISTRICTS.split()) + address
    if draws.chance(70):
        address = draws.choice(chinese.CITIES.split()) + address
    if draws.chance(30):
        address += f"{draws.between(1, 9)}单元{draws.between(101, 909)}室"
    return DocumentPerson(
        name, f"{surname}某", draws.between(19, 79), address, _phone(draws)
    )


def _phone(draws: Draws) -> str:
    number = phone_number(draws.below(10**8))
    return draws.choice((number, number.replace("-", " "), number.replace("-", "")))


def document_slots(
    draws: Draws, language: str, people: list[DocumentPerson], unseen: bool
) -> dict[str, Fill]:
    """Return what fills the slots of one document, but for :func:`sentence_slots`.

    Args:
        draws: Where the choices come from.
        language: ``"en"`` or ``"zh"``.
        people: Whom the document can be about.
        unseen: Whether the family words are those kept for the test.
    """
    pool = english if language == "en" else chinese
    words = pool.FAMILY_WORDS_UNSEEN if unseen else pool.FAMILY_WORDS
    family, family2 = draws.sample(words.split(), 2)
    person, other, kin = draws.sample(people, 3)
    age = _english_age if language == "en" else _chinese_age
    return {
        "person": Fill(person.name, "PERSON"),
        "short": Fill(person.short, "PERSON"),
        "other": Fill(other.name, "PERSON"),
        "kin": Fill(kin.name, "PERSON"),
        "age": age(draws, person.age),
        "aged": Fill(f"{person.age}-year-old", "AGE"),
        "years": Fill(str(person.age), "AGE"),
        "age2": age(draws, kin.age),
        "minor_age": age(draws, draws.between(6, 17)),
        "family": Fill(family, "FAMILY"),
        "family2": Fill(family2, "FAMILY"),
        "address": Fill(person.address, "ADDRESS"),
        "address2": Fill(other.address, "ADDRESS"),
        "phone": Fill(person.phone, "PHONE"),
        "phone2": Fill(other.phone, "PHONE"),
        "item": Fill(draws.choice(pool.ITEMS.split("|"))),
        "company": Fill(draws.choice(pool.COMPANIES.split("|"))),
        "court": Fill(draws.choice(pool.COURTS.split("|"))),
    }


def sentence_slots(draws: Draws, language: str) -> dict[str, Fill]:
    """Return what is new in each sentence: dates, amounts, file numbers."""
    numbers = _english_numbers if language == "en" else _chinese_numbers
    return numbers(draws) | {
        "number": Fill(str(draws.between(19, 79))),
        "account": Fill(f"{draws.between(100, 999)}{draws.below(10**8):08d}"),
    }


def _english_age(draws: Draws, age: int) -> Fill:
    return Fill(draws.choice((f"{age} years old", f"aged {age}", str(age))), "AGE")


def _chinese_age(draws: Draws, age: int) -> Fill:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(age, 10)
    spelled = ("" if tens == 1 else digits[tens]) + "十" if tens else ""
    spelled += digits[ones] if ones else ""
    return Fill(draws.choice((f"{age}岁", f"{age}周岁", f"{spelled}岁")), "AGE")


def _english_numbers(draws: Draws) -> dict[str, Fill]:
    months = (
        "January February March April May June July August September October November "
        "December"
    )
    year = draws.between(2014, 2023)
    return {
        "date": Fill(f"{draws.between(1, 28)} {draws.choice(months.split())} {year}"),
        "docket": Fill(f"{year}-{draws.below(10000):04d}-{draws.below(10000):04d}"),
        "amount": Fill(f"{draws.between(2, 900) * 50:,}"),
    }


def _chinese_numbers(draws: Draws) -> dict[str, Fill]:
    year = draws.between(2014, 2023)
    month, day = draws.between(1, 12), draws.between(1, 28)
    return {
        "date": Fill(
            f"{year}年{month}月{day}日" if draws.chance(70) else f"{month}月初"
        ),
        "docket": Fill(f"刑初{year}{draws.below(1000):03d}号"),
        "amount": Fill(f"{draws.between(2, 900) * 50}"),
    }
