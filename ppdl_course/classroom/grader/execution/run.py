"""Execute one submission in a kernel, within limits, and have its checks decided.

The cells run in their order. In the place of each check the judge decides it, outside,
by calling the functions as they are in the kernel at that moment; the student's own
check cells never run. What does not matter for any of this is left out (:mod:`plan`).

A kernel that ends takes nothing with it that was decided. A fresh one goes on, without
the cell that ended the last; and where an earlier cell of it had gone beyond its limits
already, without that one, for it may be to blame.
"""

import re
import time
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.grader.execution.dialogue import (
    Dialogue,
    Ended,
    Flooded,
    Late,
)
from ppdl_course.classroom.grader.execution.outputs import Outputs
from ppdl_course.classroom.grader.execution.plan import planned
from ppdl_course.classroom.grader.execution.time_used import TimeUsed
from ppdl_course.classroom.grader.job import Job, Result
from ppdl_course.classroom.judging.apart import Decides
from ppdl_course.classroom.judging.cell_dependencies import could_supply
from ppdl_course.classroom.judging.listening import listen
from ppdl_course.classroom.judging.wire.messages import Broken
from ppdl_course.classroom.kernels.sandbox import Kernel, Kernels

MOST_KERNELS = 6
"""Each cell that ends its kernel costs one; more of them are no accident."""
_START_SECONDS = 60.0  # on a machine that is busy with other kernels
_CONNECT_SECONDS = 30.0  # the kernel imports the judge's side first
_TOKEN_SECONDS = 10.0  # by the clock: it has connected, and has only to send it
_END_SECONDS = 10.0  # to notice that the check is over
_MISSING = re.compile(r"\b(?:name|attribute) '(\w+)'")


class _Incomplete(Exception):
    """A cell that was left out would have been needed."""


class _Stop(Exception):
    """Nothing more can be run, and why."""


def run_job(job: Job, kernels: Kernels, judge: Decides) -> Result:
    """Execute one submission.

    Args:
        job: The submission, and what it may use up.
        kernels: Starts its kernels; see :mod:`sandbox`.
        judge: Decides the checks of its chapter; see :mod:`apart`.

    Returns:
        The submission with its outputs. Whatever a submission does ends up there or
        among the notices; an exception is a mistake of the grader or its machine.
    """
    began = time.monotonic()
    run = _Run(job, kernels, judge, TimeUsed(job.limits))
    try:
        run.go()
    except _Incomplete:
        # The time goes on: to fail on purpose must not buy a second full one.
        complete = _Run(job, kernels, judge, run.time, every_cell=True)
        complete.notices = run.notices
        run = complete
        run.go()
    return Result(
        student=job.student,
        chapter=job.chapter,
        notebook="" if run.failure else nbformat.writes(run.notebook),
        seconds=time.monotonic() - began,
        notices=tuple(run.notices),
        failure=run.failure,
    )


class _Run:
    """One execution of a submission, in one kernel or in several.

    Attributes:
        notebook: The submission; its outputs are in place after :meth:`go`.
        notices: What happened, one sentence each.
        failure: Why nothing could be run.
        time: What it may still use.
    """

    def __init__(
        self,
        job: Job,
        kernels: Kernels,
        judge: Decides,
        time_left: TimeUsed,
        *,
        every_cell: bool = False,
    ) -> None:
        self._limits, self._kernels, self._judge = job.limits, kernels, judge
        self.time = time_left
        self.notebook = nbformat.reads(job.submission, as_version=4)
        self.notices: list[str] = []
        self.failure = ""
        self._outputs = Outputs(job.limits.output_bytes)
        every_cell = every_cell or job.every_cell
        self._plan = planned(self.notebook, job.exam, every_cell=every_cell)
        # Across kernels. Invariant: a check in _done is never decided again, so that a
        # kernel that ends takes no points with it; a cell in _done is run again, for
        # its names, but shows the outputs of its first run.
        self._done: set[int] = set()
        self._bad: set[int] = set()  # cells not to be run again
        # Of the present kernel alone:
        self._shaken = False  # a cell went beyond its limits
        self._counted = 0  # cells run, as the student would see them numbered

    def go(self) -> None:
        """Run what is planned; put all outputs into the notebook.

        Raises:
            _Incomplete: If a cell that was left out turns out to be needed.
        """
        try:
            for _ in range(MOST_KERNELS):
                if self._in_one_kernel():
                    break
            else:
                raise _Stop(f"the kernel had ended {MOST_KERNELS} times")
        except _Stop as stop:
            self._give_up(str(stop))
        self._outputs.write()

    def _in_one_kernel(self) -> bool:
        """Go on in a fresh kernel; return whether the notebook's end was reached."""
        place = None
        self._counted, self._shaken = 0, False
        kernel = self._kernels.start()
        self.time.begin(kernel)
        try:
            # One message may hold all of it, and JSON writes a newline with two signs.
            most = 2 * self._limits.output_bytes + 100_000
            with Dialogue(kernel, self._outputs, most) as dialogue:
                dialogue.wait_until_ready(Budget(_START_SECONDS))
                for place in self._plan.places:
                    if place in self._plan.checks:
                        if place not in self._done:
                            self._decide(place, kernel, dialogue)
                    elif place not in self._bad:
                        self._run_cell(place, dialogue)
        except (Ended, Late) as ended:
            if place is None:
                self._note(f"A kernel did not start. {kernel.errors()[-500:]}".strip())
                return False
            # An earlier cell that ran into its limit may have left threads or memory
            # behind which ended the kernel now: this one gets another chance.
            if self._shaken and place not in self._bad:
                self._done.discard(place)  # run or decided again in a fresh kernel
            else:
                self._bad.add(place)
            self._note(f"{self._where(place)} {ended}.")
            return False
        finally:
            kernel.stop()
            self.time.end()
            for incident in kernel.incidents():
                self._note(incident)
        return True

    def _run_cell(self, place: int, dialogue: Dialogue) -> None:
        """Run a cell within its limits; its outputs go into the notebook once.

        Raises:
            Ended: If the kernel ended in it, or goes on although it is interrupted.
            _Stop: If the time for the whole notebook is over.
            _Incomplete: If a cell that was left out may be why it failed.
        """
        budget = self._budget(self.time.for_cell)
        cell = self.notebook.cells[place]
        again = place in self._done
        self._done.add(place)  # at once: also a cell that ends its kernel was run
        self._counted += 1
        if not again:
            cell.execution_count = self._counted
        self._outputs.begin(None if again else cell)  # None: nothing is kept
        request = dialogue.send(cell.source)
        try:
            dialogue.finish(request, budget)
        except Ended:
            self._outputs.fail("Ended", "The kernel ended in this cell.")
            raise
        except (Late, Flooded) as limit:
            self._bad.add(place)
            self._shaken = True
            late = isinstance(limit, Late)
            if late:
                self._note(f"{self._where(place)} {limit}.")
            try:
                dialogue.interrupt(request)
            finally:  # the reason stands in the notebook even if the kernel goes now
                self._note_flood(place)
                if late:
                    self._outputs.fail("TimeoutError", f"This cell {limit}.")
        self._note_flood(place)
        for kind, message in self._outputs.errors():
            if kind == "MemoryError":
                self._note(f"{self._where(place)} ran out of memory.")
            self._look_for_cause(kind, message)

    def _note_flood(self, place: int) -> None:
        if self._outputs.flooded:
            most = f"{self._limits.output_bytes:,} bytes"
            self._note(f"{self._where(place)} printed more than {most}.")

    def _decide(self, place: int, kernel: Kernel, dialogue: Dialogue) -> None:
        """Let the judge decide a check with the functions as they are now.

        Raises:
            Ended: If the kernel was gone before it, in which case nothing is decided;
                did not keep to it; or does not go on after it.
        """
        with self.time.not_counted():
            self._judge.prepare(self._plan.checks[place])
        budget = self._budget(self.time.for_check)
        self._outputs.begin(None)  # what the student's functions print is no verdict
        listening = listen(kernel.folder)
        # Silent: the student's cells keep their numbers.
        request = dialogue.send(listening.code, silent=True)
        try:
            soon = self.time.for_cell(_CONNECT_SECONDS)
            if not dialogue.wait_for_connection(listening, request, soon):
                raise Broken("the kernel does not connect")
            answers = listening.accept(_TOKEN_SECONDS)
        except (Broken, OSError) as error:
            broken, incident = str(error), ""
            outputs = [_error("NoAnswer", f"No function can be called: {broken}.")]
        else:
            try:
                outputs = self._judge.check(self._plan.checks[place], answers, budget)
            finally:
                self.time.add(answers.computed)
                answers.close()
            broken, incident = answers.broken, answers.incident
        finally:
            listening.close()
        # Decided before anything else can go wrong with the kernel.
        self.notebook.cells[place].outputs = outputs
        self._done.add(place)
        if incident:
            self._note(f"{self._where(place)}: {incident}.")
        if broken:
            raise Ended(f"had to end the kernel: {broken}")
        try:
            dialogue.finish(request, Budget(_END_SECONDS))
        except (Late, Flooded):
            self._note_flood(place)
            dialogue.interrupt(request)
        for output in outputs:
            if output.output_type == "error":
                self._look_for_cause(output.ename, output.evalue)

    def _budget(self, part: Callable[[], Budget]) -> Budget:
        """Return the time for the next cell or check."""
        if why := self.time.whole.over():
            self._note(f"The whole notebook {why}.")
            raise _Stop(f"the whole notebook {why}")
        return part()

    def _look_for_cause(self, kind: str, message: str) -> None:
        """Start again with every cell if one that was left out could be the cause."""
        if kind in ("NameError", "AttributeError"):
            for name in _MISSING.findall(message):
                if any(could_supply(code, name) for code in self._plan.left_out):
                    raise _Incomplete

    def _give_up(self, why: str) -> None:
        """Say in each cell and check that is left why it was not run."""
        if not self._done:
            self.failure = f"{why}. {' '.join(self.notices)}"
        for place in self._plan.places:
            if place in self._done:
                continue
            if place in self._plan.checks:
                reason = _error("NotRun", f"This check was not made: {why}.")
                self.notebook.cells[place].outputs = [reason]
            else:
                self._outputs.begin(self.notebook.cells[place])
                self._outputs.fail("NotRun", f"This cell was not run: {why}.")

    def _where(self, place: int) -> str:
        name = self._plan.names.get(place, "")
        if place in self._plan.checks:
            return f"The check of {name} (cell {place + 1})"
        return f"Cell {place + 1}" + (f" (exercise {name})" if name else "")

    def _note(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)


def _error(name: str, message: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=message, traceback=[message])
