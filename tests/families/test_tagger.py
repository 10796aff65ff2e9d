"""The tagger: padding and batch change nothing; without words it is torch's LSTM."""

import pytest
import torch
from torch import nn

from ppdl_course.families.entities import counts, f1
from ppdl_course.families.initialise import seeded
from ppdl_course.families.sentences import cut, find_entities, sentence_at
from ppdl_course.families.tagger import Tagger, train_tagger
from ppdl_course.law.markup import bio_labels

LEXICON = {"上诉": "verb", "证人": "noun", "未见": "verb"}
TEXTS = ["张岚上诉。", "证人李禾岚未见证人。", "上诉"]


def tagger(lexicon=LEXICON, seed=1):
    return Tagger("张岚上诉。证人李禾", lexicon, frozenset({"上诉"}), seeded(seed))


def test_a_sentence_is_read_alike_alone_and_beside_longer_ones():
    net = tagger()
    with torch.no_grad():
        together = net.emissions(net.read(TEXTS))
        for row, text in enumerate(TEXTS):
            alone = net.emissions(net.read([text]))[:, 0]
            torch.testing.assert_close(together[: len(text), row], alone)


def test_without_a_lexicon_the_states_are_those_of_torchs_bidirectional_lstm():
    net = tagger({})
    lstm = nn.LSTM(net.ahead.W_x.shape[1], net.ahead.W_h.shape[1], bidirectional=True)
    with torch.no_grad():
        for end, cell in (("", net.ahead), ("_reverse", net.back)):
            getattr(lstm, f"weight_ih_l0{end}").copy_(cell.W_x)
            getattr(lstm, f"weight_hh_l0{end}").copy_(cell.W_h)
            getattr(lstm, f"bias_ih_l0{end}").copy_(cell.b)
            getattr(lstm, f"bias_hh_l0{end}").zero_()
        batch = net.read(TEXTS)
        packed = nn.utils.rnn.pack_padded_sequence(
            net.chars(batch.chars), batch.lengths, enforce_sorted=False
        )
        states, _ = nn.utils.rnn.pad_packed_sequence(lstm(packed)[0])
        for row, length in enumerate(batch.lengths.tolist()):
            got = net.emissions(batch)[:length, row]
            expected = net.emit(states[:length, row])
            torch.testing.assert_close(got, expected, atol=1e-6, rtol=0)


def test_words_reach_both_directions():
    with_words, without = tagger(), tagger({})
    for name in ("ahead", "back", "chars", "emit"):
        getattr(without, name).load_state_dict(getattr(with_words, name).state_dict())
    with torch.no_grad():
        one = with_words.emissions(with_words.read(["李李上诉李李"]))
        other = without.emissions(without.read(["李李上诉李李"]))
    differs = (one - other).abs().amax(dim=(1, 2)) > 1e-6
    assert differs.all()  # forwards from 诉 on, backwards from 上 on


def test_unseen_words_of_a_class_share_their_vector():
    net = tagger()
    assert net.word_own[1:].tolist() == [1, 0, 0]
    assert net.word_class[1] == net.word_class[3] != net.word_class[2]


def test_it_learns_to_find_names():
    generator = seeded(3)
    names = ["张岚", "李禾", "张禾", "李岚"]
    texts = [f"证人{name}上诉。" for name in names]
    truth = [[(2, 4, "PERSON")]] * 4
    labels = [bio_labels(7, entities) for entities in truth]
    net = tagger()
    assert f1(counts(truth, net.find(texts))) < 1
    losses = train_tagger(net, texts, labels, generator, epochs=25, learning_rate=0.02)
    assert losses[-1] < losses[0] / 4
    assert f1(counts(truth, net.find(texts))) == 1
    story = texts[0] + "\n" + texts[1]
    assert find_entities(net, [story, ""]) == [
        [(2, 4, "PERSON"), (10, 12, "PERSON")],
        [],
    ]


def test_sentences_cover_their_text():
    for text in ("", "。", "张岚上诉。法院驳回", "一。\n二!三？四"):
        assert "".join(text[a:b] for a, b in cut(text)) == text


@pytest.mark.parametrize("texts", [[], ["张岚", ""]])
def test_empty_texts_are_refused(texts):
    with pytest.raises(ValueError, match="texts"):
        tagger().read(texts)


def test_a_sentence_takes_its_entities_along():
    text, inside = sentence_at("张岚上诉。李禾上诉。", 6)
    assert text == "李禾上诉。"
    assert inside([(0, 2, "PERSON"), (5, 7, "PERSON")]) == [(0, 2, "PERSON")]
