"""The topic decoder: weights that sum to 1, coverage that falls, and what it buys."""

import math

import pytest
import torch

from ppdl_course.families.initialise import seeded
from ppdl_course.families.topics import (
    END,
    MOST_TOPICS,
    PAD,
    START,
    TopicLSTM,
    Vocabulary,
    Writing,
    bleu,
    story,
    topic_coverage,
    train_topics,
)

STORIES = [["theft", "of", "a", "bicycle", "."], ["bail", "was", "refused", "."]]
TOPICS = [["theft"], ["bail"]]
WORDS = Vocabulary(STORIES)


def decoder(mode="coverage", seed=1):
    return TopicLSTM(len(WORDS.words), seeded(seed), topics=mode, width=7, inputs=5)


def test_a_story_is_redacted_before_it_is_read():
    text = "Al Bo, 34, paid 1,200 crowns for Al Bo's bail."
    entities = [(0, 5, "PERSON"), (7, 9, "AGE"), (33, 38, "PERSON")]
    words = "[person] , [age] , paid # crowns for [person] ' s bail ."
    assert " ".join(story(text, entities)).replace("'s", "' s") == words


def test_weights_sum_to_one_over_the_topics_there_are_and_coverage_never_rises():
    topics = WORDS.topics([["theft", "bail", "refused"], ["bicycle"]])
    with torch.no_grad():
        writing = Writing(decoder(), topics, torch.tensor([9, 9]))
        before = writing.coverage
        for word in torch.randint(3, len(WORDS.words), (9, 2), generator=seeded(3)):
            writing.read(word)
            torch.testing.assert_close(writing.weights.sum(1), torch.ones(2))
            assert not writing.weights[topics == PAD].any()
            assert (writing.coverage <= before).all()
            assert (writing.coverage < before)[topics != PAD].all()
            before = writing.coverage


def test_one_step_follows_the_papers_formulas():
    net, topics = decoder(), WORDS.topics([["theft", "bail"]])
    with torch.no_grad():
        writing = Writing(net, topics, torch.tensor([6]))
        writing.read(torch.tensor([START]))
        h, C = writing._h[0], writing.coverage[0].clone()
        writing.read(torch.tensor([4]))
        T = [net.embedding.weight[topics[0, j]] for j in range(2)]
        u = [
            C[j] * net.v.weight[0] @ torch.tanh(net.W.weight @ h + net.U.weight @ T[j])
            for j in range(2)
        ]
        total = sum(math.exp(s) for s in u)
        alpha = torch.tensor([math.exp(s) / total for s in u])
        padded = torch.cat([*T, torch.zeros(2 * 5)])
        phi = 6 * torch.sigmoid(net.U_f.weight @ padded + net.U_f.bias)
    torch.testing.assert_close(writing.weights[0, :2], alpha)
    torch.testing.assert_close(writing.coverage[0, :2], C[:2] - alpha / phi[:2])


def test_frozen_coverage_stays_and_without_topics_they_do_not_matter():
    stories = torch.tensor([[START, 5, 6, END]]).T
    one, other = WORDS.topics([["theft"]]), WORDS.topics([["bail", "refused"]])
    with torch.no_grad():
        writing = Writing(decoder("frozen"), other, torch.tensor([4]))
        writing.read(torch.tensor([5]))
        assert writing.coverage.tolist() == [[1, 1, 0, 0]]
        none, aware = decoder("none"), decoder("coverage")
        assert none.loss(stories, one) == none.loss(stories, other)
        assert aware.loss(stories, one) != aware.loss(stories, other)


def test_trained_on_two_stories_it_tells_the_one_that_is_asked_for():
    net, generator = decoder(), seeded(1)
    losses = train_topics(
        net, WORDS, STORIES, TOPICS, generator, epochs=120, learning_rate=0.05
    )
    written = net.write(WORDS.topics(TOPICS), generator, length=8, temperature=0.2)
    told = [[WORDS.words[i] for i in row] for row in written]
    assert losses[-1] < 0.2 < losses[0]
    assert told == STORIES
    assert topic_coverage(told, TOPICS) == 1


def test_texts_end_where_the_end_is_drawn_and_never_show_marks():
    written = decoder().write(WORDS.topics([["theft"]] * 50), seeded(2), length=4)
    assert all(len(row) <= 8 and not {PAD, START, END} & set(row) for row in written)
    assert min(map(len, written)) < 8


def test_topic_coverage_and_bleu_by_hand():
    assert topic_coverage(STORIES, [["theft", "bail"], ["bail"]]) == pytest.approx(
        2 / 3
    )
    # 1-grams: 3 of 4 match; 2-grams: 1 of 3; equal lengths, so no penalty
    got = bleu([["a", "b", "c", "d"]], [["a", "b", "x", "d"]])
    assert got == pytest.approx(100 * math.sqrt(3 / 4 * 1 / 3))
    short = bleu([["a", "b"]], [["a", "b", "c", "d"]])
    assert short == pytest.approx(100 * math.exp(1 - 4 / 2))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: TopicLSTM(9, seeded(1), topics="some"), "topics"),
        (lambda: WORDS.topics([[]]), "topics"),
        (lambda: WORDS.topics([["theft"] * (MOST_TOPICS + 1)]), "topics"),
        (lambda: WORDS.topics([["murder"]]), "murder"),
        (
            lambda: decoder().write(WORDS.topics(TOPICS), seeded(1), temperature=0),
            "temp",
        ),
    ],
)
def test_bad_arguments_are_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
