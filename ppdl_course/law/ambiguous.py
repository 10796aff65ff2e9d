# ruff: noqa: RUF001 (full-width punctuation is how Chinese is written)
"""Chinese sentences whose labels depend on where a word ends.

The textbook case is 南京市长江大桥: the Yangtze bridge of Nanjing (南京市 / 长江大桥)
or Jiang Daqiao, the mayor of Nanjing (南京 / 市长 / 江大桥). Three kinds are made:

``city_mayor``
    东陵市长宁桥: a bridge (东陵市 / 长宁桥, an ADDRESS) or a mayor (市长 / 宁桥, a
    PERSON). Context and characters are the same for both; only a list of place names
    tells them apart.
``name_boundary``
    张岚坚持上诉 against 张岚坚持刀威胁: 张岚 / 坚持 ("insists") or 张岚坚 / 持刀
    ("with a knife").
``family_or_name``
    孙子建议调解 against 孙子建议定价格: 孙子 ("grandson", FAMILY) or 孙子建 (a PERSON).

Training and test sentences share no place, no mayor and no pair of words, so that what
a model has seen of the characters does not help.

Source of the problem: Zhang and Yang, "Chinese NER Using Lattice LSTM", ACL 2018.
"""

from typing import NamedTuple

from ppdl_course.law.draws import Draws
from ppdl_course.law.markup import Fill, Marked, fill_in

MAYOR_SURNAMES = "江宁安乐平丰林和华阳云白康明沙葛"  # 长 + each is a usual place name
PLACE_ENDS = "桥河湖山林园城川岭洲"  # the last character of a place, or of a name

PLACE_OR_MAYOR = (
    "笔录中多次提到{place}。",
    "报案人反复说起{place}。",
    "被告人承认当晚见过{place}。",
    "来信里写到了{place}。",
    "证词的争议在于{place}。",
    "照片上是{place}。",
)


class Overlap(NamedTuple):
    """Two ways to go on after the same two characters.

    Attributes:
        early: The word that begins at the first character: the name before it is short.
        early_rest: What follows that word.
        late: The word that begins at the second character: the name is one longer.
        late_rest: What follows that word.
    """

    early: str
    early_rest: str
    late: str
    late_rest: str


OVERLAPS = tuple(
    Overlap(*line.split())
    for line in """
    坚持 上诉 持刀 威胁对方
    建议 调解 议定 了价格
    明确 表示反对 确认 收款
    志愿 作证 愿意 作证
    国外 未归 外出 未归
    正在 吃饭 在家 吃饭
    平时 酗酒 时常 酗酒
    清点 现金 点收 了现金
    成立 公司后失联 立即 失联
    公开 道歉 开口 道歉
    永远 离开 远离 了现场
    同意 付款 意图 逃跑
    承认 打人 认罪 悔过
    保证 还款 证实 已还款
    全力 配合 力劝 双方和好
    立刻 报警 刻意 隐瞒
    继续 施工 续签 合同
    保管 账本 管理 账本
    通知 家人 知情 不报
    和解 后撤诉 解释 了经过
    友好 协商 好言 相劝
    忠告 对方收手 告诉 对方收手
    安排 货车 排队 取款
    海外 务工 外逃 半年
    向来 守法 来到 法庭
    学会 开锁 会同 他人开锁
    """.strip().splitlines()
)
TEST_OVERLAPS = 9  # the last ones are for the test

BEFORE_NAME = ("据查，", "证人", "当天", "笔录记载，", "被告人", "随后，")


class Puzzle(NamedTuple):
    """A sentence of one kind, and the part of it that can be read in two ways."""

    kind: str
    sentence: Marked
    start: int
    end: int


def places_and_mayors(draws: Draws) -> tuple[list[str], list[str]]:
    """Return endings such as 宁桥: those of places (长宁桥) and those of mayors.

    Which is which is drawn, so that the characters themselves say nothing.
    """
    pairs = [name + end for name in MAYOR_SURNAMES for end in PLACE_ENDS]
    mixed = draws.sample(pairs, len(pairs))
    return mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]


def city_mayor(draws: Draws, city: str, ending: str, is_place: bool) -> Puzzle:
    """Return a sentence about 长 + ``ending`` in that city, or about its mayor."""
    template = draws.choice(PLACE_OR_MAYOR)
    before, after = template.split("{place}")
    if is_place:
        slots = {"place": Fill(f"{city}长{ending}", "ADDRESS")}
        sentence = fill_in(template, slots)
    else:
        slots = {"name": Fill(ending, "PERSON")}
        sentence = fill_in(f"{before}{city}长{{name}}{after}", slots)
    end = len(sentence.text) - len(after)
    return Puzzle("city_mayor", sentence, len(before), end)


def name_boundary(
    draws: Draws, name: str, overlap: Overlap, is_long: bool, entity: str = "PERSON"
) -> Puzzle:
    """Return a sentence in which ``name`` is complete, or goes on for one character.

    Args:
        draws: Where the words before the name come from.
        name: Two characters, a name or (for ``entity`` FAMILY) 孙子.
        overlap: The two words that meet after it.
        is_long: Whether the name takes the first character of ``overlap.early``.
        entity: What ``name`` is when nothing is added to it.
    """
    before = draws.choice(BEFORE_NAME)
    if is_long:
        fill = Fill(name + overlap.early[0], "PERSON")
        rest = overlap.late + overlap.late_rest
    else:
        fill = Fill(name, entity)
        rest = overlap.early + overlap.early_rest
    sentence = fill_in(f"{before}{{name}}{rest}。", {"name": fill})
    kind = "name_boundary" if entity == "PERSON" else "family_or_name"
    return Puzzle(kind, sentence, len(before), len(before) + len(name) + 3)


def family_or_name(draws: Draws, overlap: Overlap, is_long: bool) -> Puzzle:
    """Return a sentence about a grandson, 孙子, or about one Sun Zi-something."""
    return name_boundary(draws, "孙子", overlap, is_long, "FAMILY")
