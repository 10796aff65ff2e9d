"""The lattice LSTM: without words torch's LSTM, with words the paper's formulas."""

import pytest
import torch
from torch import nn

from ppdl_course.families.initialise import seeded
from ppdl_course.families.lattice import LatticeLSTM, Lexicon, endings

INPUTS, WORD, WIDTH = 3, 4, 5
WORDS = ["南京", "南京市", "市长", "长江", "大桥", "长江大桥"]
TEXT = "南京市长江大桥"


def network():
    return LatticeLSTM(INPUTS, WORD, WIDTH, seeded(1))


def draw(*shape):
    return torch.randn(*shape, generator=seeded(2))


def test_with_an_empty_lexicon_it_is_torchs_lstm():
    net, x = network(), draw(9, 4, INPUTS)
    lstm = nn.LSTM(INPUTS, WIDTH)
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(net.W_x)
        lstm.weight_hh_l0.copy_(net.W_h)
        lstm.bias_ih_l0.copy_(net.b)
        lstm.bias_hh_l0.zero_()
    none = endings([Lexicon().matches("甲" * 9)] * 4, 9)
    assert none == [None] * 9
    got = net(x, none, draw(1, WORD))
    torch.testing.assert_close(got, lstm(x)[0], atol=1e-6, rtol=0)


def slow_states(net, x, matches, vectors):
    """The formulas of the module, one sentence, one word, one loop after the other."""
    h = c = torch.zeros(WIDTH)
    states, cells = [], []
    sigmoid, tanh, n = torch.sigmoid, torch.tanh, WIDTH
    for e in range(len(x)):
        gates = net.W_x @ x[e] + net.W_h @ h + net.b
        i, f, g, o = gates[:n], gates[n : 2 * n], gates[2 * n : 3 * n], gates[3 * n :]
        pairs = [(sigmoid(i), tanh(g))]
        for start, end, number in matches:
            if end == e + 1:
                wi, wf, wg = net.word_gates(
                    torch.cat([vectors[number], states[start]])
                ).split(n)
                cell = sigmoid(wf) * cells[start] + sigmoid(wi) * tanh(wg)
                pairs.append((sigmoid(net.link_gate(torch.cat([x[e], cell]))), cell))
        if len(pairs) == 1:
            c = sigmoid(f) * c + sigmoid(i) * tanh(g)
        else:
            alphas = torch.softmax(torch.stack([gate for gate, _ in pairs]), dim=0)
            c = (alphas * torch.stack([cell for _, cell in pairs])).sum(0)
        h = sigmoid(o) * tanh(c)
        states.append(h)
        cells.append(c)
    return torch.stack(states)


def test_with_words_it_follows_the_papers_formulas_in_every_row_of_a_batch():
    net, lexicon = network(), Lexicon(WORDS)
    texts = [TEXT, "市长江大桥南京", "甲乙丙丁戊己庚"]
    x, vectors = draw(7, 3, INPUTS), draw(len(lexicon) + 1, WORD)
    found = [lexicon.matches(text) for text in texts]
    got = net(x, endings(found, 7), vectors)
    for row, matches in enumerate(found):
        expected = slow_states(net, x[:, row], matches, vectors)
        torch.testing.assert_close(got[:, row], expected, atol=1e-6, rtol=0)


def test_a_word_changes_what_comes_at_and_after_its_end_and_nothing_before():
    net, x, vectors = network(), draw(7, 1, INPUTS), draw(2, WORD)
    plain = net(x, [None] * 7, vectors)
    with_word = net(x, endings([[(1, 4, 1)]], 7), vectors)
    differs = (plain - with_word).abs().amax(dim=(1, 2)) > 1e-6
    assert differs.tolist() == [False] * 3 + [True] * 4


def test_matches_are_those_of_a_search_at_every_place():
    lexicon = Lexicon(WORDS)
    assert lexicon.matches(TEXT) == [
        (a, b, WORDS.index(TEXT[a:b]) + 1)
        for a in range(7)
        for b in range(a, 8)
        if TEXT[a:b] in WORDS
    ]
    assert len(lexicon) == 6


def test_words_of_one_character_are_refused():
    with pytest.raises(ValueError, match="words"):
        Lexicon(["江"])
