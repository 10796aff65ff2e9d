"""The bank of right and wrong answers in ``bank/NN_topic/EXERCISE.py``.

::

    answers          the bank's files, and notebooks that give their answers
    graded_bank      read a bank, hand it in, grade it, compare: what ``ppdl bank`` does
    table            what came of it, as text and as JSON
    promised_rates   what a chapter's statistical checks promise about their errors

and, without kernels or sandboxes, so for answers that we wrote or trust::

    whole_cells      an answer and its whole check cell in one process
    alone            work in a process of its own, with a deadline
    unseen           answers that nobody tuned a check to, counted: ``--unseen``
    mutants          small mistakes made in an answer on purpose
    mutation         which of them pass the check: ``--mutants``
    ungraded         what ``ppdl bank`` does with these two options
"""
