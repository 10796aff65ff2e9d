# ruff: noqa: RUF001 (full-width punctuation is how Chinese is written)
"""Sentences of the Chinese case narratives, with the slots of the English ones."""

OPENINGS = (
    "被告人{person}，{age}，住{address}。",
    "{court}法院于{date}公开审理了{person}一案。",
    "{date}，{age}的{person}出庭受审，其住址为{address}。",
    "卷宗{docket}涉及被告人{person}。",
    "公诉机关指控{person}，现年{age}，家住{address}。",
    "{other}于{date}报案，称受到{person}侵害。",
    "案号{docket}，被告人{person}由{family}陪同到庭。",
    "民警拨打{phone}，在{date}找到了{person}。",
    "{person}自称住在{address}，今年{age}。",
    "经{court}法院查明，{person}与{other}素有来往。",
)

FACTS = {
    "assault": (
        "{other}在{company}门口被打成轻伤，检方以故意伤害起诉。",
        "因{amount}元的争执，{person}故意伤害了{other}。",
        "故意伤害发生在{address2}附近。",
        "{other}的{family}报了警，称有人故意伤害。",
        "{company}的两名保安目睹了故意伤害的全过程。",
    ),
    "burglary": (
        "{person}被控入室行窃，地点是{address2}。",
        "{other}{date}回家时，发现有人入室。",
        "入室者从{company}拿走{amount}元。",
        "{person}的车里有入室用的工具。",
        "入室后，{address2}只少了{item}。",
    ),
    "drugs": (
        "{person}被控贩毒，毒资{amount}元。",
        "民警在{item}里发现了贩毒的账本。",
        "{other}指认{person}贩毒。",
        "贩毒的交易在{company}后门进行。",
        "一个包裹寄到{address2}，贩毒由此败露。",
    ),
    "fraud": (
        "{other}为{item}付了{amount}元，货却没有来，检方认定为诈骗。",
        "诈骗从号码{phone2}打来的一个电话开始。",
        "{company}因诈骗损失{amount}元。",
        "{person}冒用{other}的名义借款，银行称之为诈骗。",
        "{person}否认诈骗，说是{company}的合伙人所为。",
    ),
    "robbery": (
        "{person}在{company}门前抢劫{item}。",
        "{other}认出{person}就是抢劫的人。",
        "{address2}的抢劫前后不到两分钟。",
        "抢劫时有人亮出了刀，{other}交出{item}。",
        "{date}的抢劫，涉案{amount}元。",
    ),
    "theft": (
        "{person}被控盗窃{item}。",
        "{other}清点{company}的柜台时发现了盗窃。",
        "{person}承认盗窃{amount}元。",
        "{address2}的盗窃，除{other}外没有人看见。",
        "{item}的盗窃是{date}发现的。",
    ),
}

TOPICS = {
    "赔偿": (
        "{other}已收到赔偿{amount}元。",
        "被告人没有提出赔偿。",
        "{person}的{family}于{date}付清了赔偿。",
        "{other}不接受任何赔偿。",
        "法院判定的赔偿为{amount}元。",
    ),
    "调解": (
        "两次见面后调解失败。",
        "双方在{date}同意调解。",
        "{family}{kin}请求调解。",
        "经过调解，{other}撤回了控告。",
        "法官从一开始就主张调解。",
    ),
    "上诉": (
        "{person}将上诉。",
        "{date}的上诉被驳回。",
        "双方都没有上诉。",
        "上诉中，律师引用了{other}的说法。",
        "上诉期到{date}为止。",
    ),
    "自首": (
        "{person}{date}自首，可以从轻。",
        "是{family}劝{person}自首的。",
        "没有人自首，民警找了九天。",
        "{kin}陪着一起去自首。",
        "三个星期后才自首，作用不大。",
    ),
    "证据": (
        "证据装满了十四个文件夹。",
        "{other}用{phone2}打来电话补充证据。",
        "没有{other}，证据就不足。",
        "证据是在{address2}扣押的。",
        "一封写给{family}的信也是证据。",
    ),
    "债务": (
        "起因是{amount}元的债务。",
        "从{date}起，{person}对{other}负有债务。",
        "债务由{kin}转给了{family}。",
        "为还债务，{item}被当掉了。",
        "债务的出借方是{company}。",
    ),
    "缓刑": (
        "法院判处缓刑二十四个月。",
        "缓刑期间{person}必须住在{address2}。",
        "案发时缓刑还没有结束。",
        "负责缓刑的干部电话是{phone2}。",
        "考虑到{other}的伤势，不适用缓刑。",
    ),
    "鉴定": (
        "鉴定认为字是{person}写的。",
        "{date}的鉴定没有结论。",
        "{other}在{address2}的研究所接受鉴定。",
        "律师要求重新鉴定。",
        "{item}上的痕迹经鉴定与被告人相符。",
    ),
    "监控": (
        "{company}的监控拍下了现场。",
        "{address2}的监控坏了。",
        "{kin}在监控里认出了{person}。",
        "监控显示{other}的{family}站在门口。",
        "三十四年前装的监控，没有用处。",
    ),
    "未成年": (
        "在场的还有一个未成年人，是{other}的{family}。",
        "{kin}未成年，法庭不公开询问。",
        "{person}要照顾住在{address2}的未成年人。",
        "未成年人看见了经过，情节更重。",
        "那名未成年人{minor_age}，和{family}同住。",
    ),
    "取保": (
        "取保的金额是{amount}元。",
        "{family}{kin}为其办理取保。",
        "取保期间，{person}须随时接听{phone}。",
        "取保的申请在{date}被拒绝。",
        "{person}违反取保的规定，在{address2}被找到。",
    ),
}

PERSONAL = (
    "被告人的电话是{phone}。",
    "{person}和{family}同住{address}。",
    "传票寄到{address}，电话{phone}。",
    "{person}要养活{family}和{family2}。",
    "最近的亲属是{family}{kin}。",
    "{kin}是其{family}，{age2}，住{address2}。",
    "上门之前请先打{phone2}找{family}。",
    "{other}要求卷宗里不写号码{phone2}。",
    "证人{other}春天从{address2}搬走了。",
    "{person}在狱中过了生日。",
    "{family}去世后，{person}一个人生活。",
    "寄给{other}的信从{address2}退了回来。",
    "{short}当庭没有说话。",
)

ASIDES = (
    "庭审到中午结束。",
    "卷宗{docket}代替了旧卷宗。",
    "{company}不是当事人。",
    "这栋楼有{number}年了。",
    "那一周正好是母亲节。",
    "账号{account}已经注销。",
    "附近的父子面馆没有开门。",
    "法院的院子里种着高大的白杨。",
    "诉讼费{amount}元。",
    "书记员引用了有名的兄弟案。",
    "翻译费由{court}法院支付。",
    "当天室外只有三十四度。",
)

CHARGE_WORDS = {
    "assault": "故意伤害",
    "burglary": "入室",
    "drugs": "贩毒",
    "fraud": "诈骗",
    "robbery": "抢劫",
    "theft": "盗窃",
}
FAMILY_WORDS = "妻子 丈夫 儿子 女儿 父亲 母亲 哥哥 姐姐 弟弟 妹妹 舅舅 表妹 侄女 祖母"
FAMILY_WORDS_UNSEEN = "岳母 堂兄 外甥 祖父"

ITEMS = (
    "一辆自行车|两枚戒指|一把小提琴|一只花瓶|一箱工具|一部手机|一件灰大衣|三块手表|"
    "一份遗嘱|一台电脑"
)
COMPANIES = (
    "方正货运公司|兄弟汽修厂|白云超市|江林银行|姐妹服装店|金河酒店|长路物流公司|"
    "文具商店|南桥茶楼|华安药店"
)
COURTS = "东陵市|白渡市|青屏县|临溪县"
CITIES = "东陵市 白渡市 临溪市 青屏市 云泽市 南坪市"
DISTRICTS = "城东区 城西区 河口区 北门区 高塔区"
STREETS = "梧桐路 石磨街 灯笼巷 渡口路 果园街 钟楼路 纺车巷 铜器街 芦苇路 磨坊街"
STREETS_UNSEEN = "风车路 柳编巷 砚台街 茶亭路 银杏巷"

SURNAMES = "赵 钱 孙 李 周 吴 郑 王 冯 陈 卫 蒋 沈 韩 杨 朱 许 何 吕 张"
SURNAMES_UNSEEN = "魏 陶 姜 谢 孔 邹 潘 葛"
GIVEN = "岚 澄 弈 霁 禾 柏 苓 钧 珂 棠 砚 舟 沐 辰 莞 翎 朔 芷 昀 湛 晏 漪 铮 桐 笙 昭"
GIVEN_UNSEEN = "蔚 璟 筠 澜 旻 榕 潼 瑜 嵘 萱 舟 沐 辰 莞 翎 朔"
