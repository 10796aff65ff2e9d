"""The word list of the Chinese documents: ``data/lexicon.txt``.

One word and its class a line, as in the dictionaries of word segmenters. A published
lattice model reads word vectors that were trained on a large corpus; the class stands
in for what such vectors know about a word that the training documents never show. No
person's name is in it.
"""

from ppdl_course.law import chinese
from ppdl_course.law.ambiguous import OVERLAPS

NOUNS = (
    "被告人 证人 市长 法院 法官 律师 民警 银行 公司 电话 号码 住址 卷宗 案号 "
    "家人 对方 双方 他人 现金 账本 合同 价格 货车 公诉机关 检方 保安 工具 交易 "
    "包裹 合伙人 柜台 亲属 传票 书记员 当事人 监控 证据 债务 缓刑 未成年人 "
    "现场 笔录 证词 照片 报案人 母亲节 面馆 法庭 研究所 痕迹 孙子"
)
VERBS = (
    "审理 报案 受审 指控 侵害 起诉 入室 贩毒 诈骗 抢劫 盗窃 指认 否认 冒用 赔偿 "
    "调解 上诉 自首 鉴定 取保 威胁 反对 收款 作证 吃饭 酗酒 失联 道歉 离开 逃跑 "
    "付款 悔过 还款 配合 报警 隐瞒 施工 撤诉 协商 相劝 收手 取款 务工 守法 开锁 "
    "打人 提到 说起 承认 见过 写到 坚持 持刀 建议 议定 确认 志愿 愿意 外出 清点 "
    "点收 成立 开口 远离 同意 意图 认罪 保证 证实 力劝 继续 续签 保管 管理 通知 "
    "知情 和解 解释 好言 忠告 告诉 安排 排队 外逃 来到 学会 在家 表示"
)
ADVERBS = "明确 正在 平时 时常 立即 公开 永远 全力 立刻 刻意 友好 向来 反复 多次 会同"
ABROAD = "国外 海外"
TIMES = "当天 当晚 随后 今年 现年 期间 中午 春天"


def lexicon(places: list[str]) -> dict[str, str]:
    """Return word -> class.

    Args:
        places: Endings of the place names of the ambiguous sentences, without 长.

    Raises:
        ValueError: If a word of an overlap is in no list.
    """
    words: dict[str, str] = {}
    for listed, kind in (
        (f"{chinese.CITIES} {chinese.DISTRICTS}", "place"),
        (f"{chinese.STREETS} {chinese.STREETS_UNSEEN}", "place"),
        (f"{chinese.FAMILY_WORDS} {chinese.FAMILY_WORDS_UNSEEN} {NOUNS}", "noun"),
        (VERBS, "verb"),
        (f"{ADVERBS} {ABROAD}", "adverb"),
        (TIMES, "time"),
    ):
        words |= dict.fromkeys(listed.split(), kind)
    # with 长: the word that competes with 市长, mayor
    words |= {f"长{ending}": "place" for ending in places}
    missing = {word for pair in OVERLAPS for word in (pair.early, pair.late)} - {*words}
    if missing:
        raise ValueError(f"OVERLAPS uses words that are in no list: {sorted(missing)}")
    return dict(sorted(words.items()))  # a file that is the same on every machine
