"""The bank of right and wrong answers in ``bank/NN_topic/EXERCISE.py``.

::

    answers          the bank's files, and notebooks that give their answers
    graded_bank      read a bank, hand it in, grade it, compare: what ``ppdl bank`` does
    table            what came of it, as text and as JSON
    promised_rates   what a chapter's statistical checks promise about their errors
"""
