"""The bytes of the law files, the same on every platform and Python version."""

import csv
import io

from ppdl_course.law.cases import SEED, TEST_PERCENT, Case, cases
from ppdl_course.law.documents import documents
from ppdl_course.law.draws import Draws
from ppdl_course.law.lexicon import lexicon


def contents() -> dict[str, bytes]:
    """Return the content of each generated file of ``data/``, by file name."""
    lines, places = documents()
    words = [f"{word}\t{kind}" for word, kind in lexicon(places).items()]
    return {
        "law_cases.csv": _table(list(cases())).encode(),
        "law_documents.jsonl": ("\n".join(lines) + "\n").encode(),
        "lexicon.txt": ("\n".join(words) + "\n").encode(),
    }


def _table(rows: list[Case]) -> str:
    """Return the cases as comma-separated values with a header."""
    held_out = _held_out(rows)
    lines = [_row(i, case, i in held_out) for i, case in enumerate(rows)]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def _held_out(rows: list[Case]) -> set[int]:
    """Return the positions of the test part, the same share of either outcome."""
    draws = Draws(SEED + 1)  # another split would leave the cases as they are
    custodial = [i for i, case in enumerate(rows) if case.custodial]
    other = [i for i, case in enumerate(rows) if not case.custodial]
    total = len(rows) * TEST_PERCENT // 100
    first = len(custodial) * TEST_PERCENT // 100
    return {*draws.sample(custodial, first), *draws.sample(other, total - first)}


def _row(position: int, case: Case, held_out: bool) -> dict[str, str | int]:
    """Return one line of the table."""
    person = case.person
    return {
        "case_id": f"C{position + 1:04d}",
        "split": "test" if held_out else "train",
        "name": person.name,
        "age": person.age,
        "family_members": len(person.family),
        "family_relations": ";".join(person.family),
        "address": person.address,
        "district": person.district,
        "phone": person.phone,
        "court": case.court,
        "year": case.year,
        "charge": case.charge,
        "prior_convictions": case.prior_convictions,
        "amount": case.amount,
        "injury": case.injury,
        "weapon": int(case.weapon),
        "settled": int(case.settled),
        "confessed": int(case.confessed),
        "representation": case.representation,
        "custodial": int(case.custodial),
        "months": case.months,
    }
