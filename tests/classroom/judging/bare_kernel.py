"""A student's interpreter without Jupyter around it: what the judge talks to."""

import contextlib
import json
import subprocess
import sys

from ppdl_course.classroom.judging.listening import listen

_LOOP = """
import json, sys
for line in sys.stdin:
    exec(json.loads(line), sys.modules["__main__"].__dict__)
"""


class BareKernel:
    """A process that runs cells, one after the other, until it is closed."""

    def __init__(self, folder):
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LOOP], stdin=subprocess.PIPE, text=True
        )

    def run(self, cell):
        self._process.stdin.write(json.dumps(cell) + "\n")
        self._process.stdin.flush()

    @contextlib.contextmanager
    def answers(self, *cells):
        """Run cells, then lend what they define."""
        for cell in cells:
            self.run(cell)
        listening = listen(self._folder)
        self.run(listening.code)
        answers = listening.accept(20)
        try:
            yield answers
        finally:
            answers.close()

    def alive(self):
        return self._process.poll() is None

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
