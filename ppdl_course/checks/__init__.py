"""Visible checks: they take the student's function and explain the usual mistake.

Shared parts:
    verdict         how a check speaks, and compares an answer with what is right
    remote          answers that run in another process
    error_rates     what a check of random output promises: how rarely it errs
    secret_draws    secrets come from the operating system
    draw_sources    where an answer draws from, as seen beside it
    noise           how noise is measured, and what is said of it

Then one folder per chapter topic, under the topic's word.
"""
