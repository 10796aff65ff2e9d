"""Checks decided outside the kernel, from the values that a student's code returns.

::

    judge               runs a check here, with the student's functions in its names
    session             calls those functions in their kernel, over a socket
    listening           where that kernel connects
    outgoing            what goes to the kernel: a pickle in which some things stay here
    wire/               what may come back, and how: plain values and nothing else
    answers             the kernel's side: calls the functions, sends back values
    apart               decides each check in a process of its own
      forked            the program whose forks these are
      spawned           the same where no process can fork
      verdicts          what such a process said, or what became of it
      shared_number     tells it what the kernel has used
    forks               work in a process whose end harms nobody
    cell_dependencies   which cells of a notebook must run for another to run
"""
