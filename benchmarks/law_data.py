"""What can be learned from the law data, with scikit-learn models as the outside judge.

Accuracies on the test cases; those of a network are means over five seeds of it:

cases_base_rate          always the more frequent outcome
cases_logistic           logistic regression, all columns
cases_network            one hidden layer of 16, all columns
cases_logistic_facts     logistic regression without the personal columns
cases_network_facts      the network without the personal columns
cases_private_only       logistic regression on name, street and phone number alone
cases_months_r2          R^2 of a linear regression for log(months), custodial cases
cases_charge             accuracy of the charge predicted from the other facts

F1 of whole entities on the test documents (language, then model, then part):

zh_lookup_seen, zh_lookup_unseen   entities remembered from training, longest first
zh_seen, zh_unseen                 a linear model of the characters around each one
zh_lexicon_seen, zh_lexicon_unseen the same with the lexicon's words
en_...                             the same on English words

Share of the ambiguous sentences whose entities are all right:

zh_ambiguous, zh_lexicon_ambiguous

No network of the course is used here, and no number is tuned on the test part.
"""

import re
from collections.abc import Iterator

import numpy as np
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier

from ppdl_course.data import load_law_cases, load_law_documents, load_lexicon
from ppdl_course.law.markup import spans
from ppdl_course.law.records import LawCases, LawDocument

SEEDS = range(5)
Span = tuple[int, int, str]


def measure() -> dict[str, float]:
    return {**cases(), **documents("zh"), **documents("en")}


def cases() -> dict[str, float]:
    law = load_law_cases()
    every, facts = np.ones_like(law.personal), ~law.personal
    custodial = law.y == 1
    amounts = [
        np.log(law.months[rows[custodial[rows]]]) for rows in (law.train, law.test)
    ]
    inputs = [law.X[rows[custodial[rows]]] for rows in (law.train, law.test)]
    charge = np.array([c.startswith("charge=") for c in law.feature_names])
    label = law.X[:, charge].argmax(axis=1)
    rest = law.X[:, ~charge]
    guess = LogisticRegression(max_iter=2000).fit(rest[law.train], label[law.train])
    return {
        "cases_base_rate": max(law.y_test.mean(), 1 - law.y_test.mean()),
        "cases_logistic": logistic(law, every),
        "cases_network": network(law, every),
        "cases_logistic_facts": logistic(law, facts),
        "cases_network_facts": network(law, facts),
        "cases_private_only": private_only(law),
        "cases_months_r2": LinearRegression()
        .fit(inputs[0], amounts[0])
        .score(inputs[1], amounts[1]),
        "cases_charge": guess.score(rest[law.test], label[law.test]),
    }


def logistic(law: LawCases, columns: np.ndarray) -> float:
    model = LogisticRegression(max_iter=2000).fit(law.X_train[:, columns], law.y_train)
    return model.score(law.X_test[:, columns], law.y_test)


def network(law: LawCases, columns: np.ndarray) -> float:
    scores = []
    for seed in SEEDS:
        model = MLPClassifier(
            (16,), alpha=0.01, learning_rate_init=0.005, random_state=seed
        )
        model.set_params(max_iter=200, early_stopping=True, n_iter_no_change=10)
        model.fit(law.X_train[:, columns], law.y_train)
        scores.append(model.score(law.X_test[:, columns], law.y_test))
    return float(np.mean(scores))


def private_only(law: LawCases) -> float:
    streets = [case.address.rsplit(",", 1)[0] for case in law.records]
    text = np.array(
        [f"{c.name} {s} {c.phone}" for c, s in zip(law.records, streets, strict=True)]
    )
    letters = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=5)
    model = LogisticRegression(max_iter=2000)
    model.fit(letters.fit_transform(text[law.train]), law.y_train)
    return model.score(letters.transform(text[law.test]), law.y_test)


def documents(language: str) -> dict[str, float]:
    train = load_law_documents(language, "train")
    test = load_law_documents(language, "test")
    found = {"_lookup": lookup(train, test), "": tagger(train, test, {})}
    if language == "zh":
        found["_lexicon"] = tagger(train, test, load_lexicon())
    scores = {}
    for model, answers in found.items():
        for unseen, part in ((False, "seen"), (True, "unseen")):
            chosen = [
                (a, d.entities)
                for a, d in zip(answers, test, strict=True)
                if d.unseen == unseen
            ]
            scores[f"{language}{model}_{part}"] = f1(chosen)
        if language == "zh":
            scores[f"zh{model}_ambiguous"] = unpuzzled(answers, test)
    return scores


def f1(pairs: list[tuple[list[Span], list[Span]]]) -> float:
    right = sum(len({*a} & {*b}) for a, b in pairs)
    return 2 * right / sum(len(a) + len(b) for a, b in pairs)


def unpuzzled(answers: list[list[Span]], test: list[LawDocument]) -> float:
    right = []
    for answer, document in zip(answers, test, strict=True):
        place = document.ambiguous
        if place:
            here, wanted = (
                {s for s in spans_ if s[0] < place.end and s[1] > place.start}
                for spans_ in (answer, document.entities)
            )
            right.append(here == wanted)
    return float(np.mean(right))


def lookup(train: list[LawDocument], test: list[LawDocument]) -> list[list[Span]]:
    known = {d.text[s:e]: kind for d in train for s, e, kind in d.entities}
    longest_first = sorted(known, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return [
        [(*m.span(), known[m[0]]) for m in pattern.finditer(document.text)]
        for document in test
    ]


def tagger(
    train: list[LawDocument], test: list[LawDocument], lexicon: dict[str, str]
) -> list[list[Span]]:
    hasher = FeatureHasher(2**18, input_type="string")
    labels = [d.labels[start] for d in train for start, _ in tokens(d.text, d.language)]
    inputs = [row for d in train for row in features(d, lexicon)]
    model = SGDClassifier(
        loss="log_loss", alpha=1e-6, max_iter=5, tol=None, average=True, random_state=0
    ).fit(hasher.transform(inputs), labels)
    answers = []
    for document in test:
        rows = hasher.transform(features(document, lexicon))
        answers.append(token_spans(document, list(model.predict(rows))))
    return answers


def tokens(text: str, language: str) -> list[tuple[int, int]]:
    pattern = "." if language == "zh" else r"[A-Za-z0-9]+|[^A-Za-z0-9 ]"
    return [m.span() for m in re.finditer(pattern, text)]


def token_spans(document: LawDocument, labels: list[str]) -> list[Span]:
    places = tokens(document.text, document.language)
    return [
        (places[first][0], places[last - 1][1], kind)
        for first, last, kind in spans(labels)
    ]


def features(document: LawDocument, lexicon: dict[str, str]) -> Iterator[list[str]]:
    words = [document.text[s:e] for s, e in tokens(document.text, document.language)]
    words = ["^"] * 4 + words + ["$"] * 4
    shapes = [re.sub("[0-9]", "9", re.sub("[a-z]+", "a", w)) for w in words]
    shapes = [re.sub("[A-Z]", "A", shape) for shape in shapes]
    classes = lexicon_classes("".join(words), lexicon) if lexicon else None
    for i in range(4, len(words) - 4):
        row = [f"{d}{words[i + d]}" for d in range(-3, 4)]
        row += [f"2{d}{words[i + d]}_{words[i + d + 1]}" for d in range(-3, 3)]
        if document.language == "zh":
            row += [f"3{d}{words[i + d : i + d + 3]}" for d in range(-3, 2)]
        else:
            row += [f"s{d}{shapes[i + d]}" for d in range(-3, 4)]
            row += [f"S{d}{shapes[i + d : i + d + 3]}" for d in (-2, -1, 0)]
        if classes:
            row += [f"L{d}{classes[i + d]}" for d in range(-4, 5)]
            row += [f"M{classes[i - 1 : i + 2]}", f"N{classes[i : i + 3]}"]
        yield row


def lexicon_classes(text: str, lexicon: dict[str, str]) -> list[str]:
    """Return, for each character, the classes of the words over it and where it is."""
    over: list[list[str]] = [[] for _ in text]
    for start in range(len(text)):
        for end in range(start + 2, min(start + 4, len(text)) + 1):
            kind = lexicon.get(text[start:end])
            if kind:
                for i in range(start, end):
                    over[i].append(f"{kind}{end - start}{i - start}")
    return ["|".join(sorted(words)) for words in over]


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:24}{value:.3f}")
