"""Chapter 2's checks: right answers and mistakes beyond the bank of answers."""

import pytest
import torch
from torch import nn

from ppdl_course.checks import network_families as checks
from ppdl_course.checks.network_families import best_paths, cells
from ppdl_course.checks.verdict import Mistake


def test_an_answer_that_returns_nothing_or_one_thing_is_told_so():
    for exercise in ("lstm_step", "attend"):
        with pytest.raises(Mistake, match="two things"):
            getattr(checks, f"check_{exercise}")(lambda *arguments: arguments[0])
    with pytest.raises(Mistake, match="None"):
        checks.check_rnn_states(lambda *arguments: None)
    with pytest.raises(Mistake, match="list of label numbers"):
        checks.check_viterbi(lambda E, A: None)
    with pytest.raises(Mistake, match="return a text"):
        checks.check_redact(lambda text, entities: None)


def test_an_answer_that_changes_its_arguments_is_told_so():
    def greedy_memory(x, W_x, W_h, b):
        rnn = nn.RNN(x.shape[1], len(b), dtype=torch.float64)
        cells.set_weights(rnn, W_x, W_h, b)
        states = rnn(x)[0].detach()
        x.zero_()
        return states

    with pytest.raises(Mistake, match="changes x"):
        checks.check_rnn_states(greedy_memory)


def test_answers_in_single_precision_pass():
    def half_precise(*arguments):
        h, T, C, phi, W, U, v = (a.float() for a in arguments)
        alpha = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), dim=0)
        return alpha, C - alpha / phi

    checks.check_attend(half_precise)


def test_answers_that_carry_gradients_pass():
    def states(x, W_x, W_h, b):
        rnn = nn.RNN(x.shape[1], len(b), dtype=x.dtype)
        cells.set_weights(rnn, W_x, W_h, b)
        return rnn(x)[0]

    def step(x, h, c, W_x, W_h, b):
        cell = nn.LSTMCell(len(x), len(h), dtype=x.dtype)
        weights = {"weight_ih": W_x, "weight_hh": W_h, "bias_ih": b, "bias_hh": 0 * b}
        cell.load_state_dict(weights)
        return cell(x, (h, c))

    checks.check_rnn_states(states)
    checks.check_lstm_step(step)


def test_sly_wrong_answers_of_the_second_half_are_named():
    def best(E, A):
        return best_paths._best(E, A)

    def grow(E, A):
        path = best(E, A)
        E += 1
        return path

    def clamped(h, T, C, phi, W, U, v):
        alpha = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), 0)
        return alpha, torch.clamp(C - alpha / phi, min=0)

    def in_place(h, T, C, phi, W, U, v):
        alpha = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), 0)
        C -= alpha / phi
        return alpha, C

    def sorting(text, entities):
        entities.sort(reverse=True)
        for start, end, kind in entities:
            text = f"{text[:start]}[{kind}]{text[end:]}"
        return text

    for check, answer, message in (
        (checks.check_viterbi, lambda E, A: "".join(map(str, best(E, A))), "list"),
        (checks.check_viterbi, lambda E, A: [y + 0.4 for y in best(E, A)], "list"),
        (checks.check_viterbi, grow, "changes E"),
        (checks.check_attend, clamped, "cut off at 0"),
        (checks.check_attend, in_place, "changes C"),
        (checks.check_redact, sorting, "changes entities"),
    ):
        with pytest.raises(Mistake, match=message):
            check(answer)
