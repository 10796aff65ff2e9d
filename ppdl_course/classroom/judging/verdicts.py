"""What a process that decided a check said about it, as the outputs of a cell."""

import json
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from ppdl_course.classroom.judging.session import Answers

_OPENED = "What your function returned could not be opened: the process that opened it"


def outputs_of(reply: dict[str, Any], answers: Answers) -> list[NotebookNode]:
    """Return the outputs of a check that a process decided, or what became of it.

    Args:
        reply: ``said``: by the process; or ``ended``: how; or ``late``: which of its
            limits it reached.
        answers: Of the check; what broke is noted there.
    """
    if "late" in reply:
        how = f"{reply['late']} and was ended"
    elif "ended" in reply:
        how = f"ended ({reply['ended']})"
    else:
        try:
            said = json.loads(reply["said"])
            outputs = [_output(each) for each in said["outputs"]]
            answers.broken = str(said["broken"])
            return outputs
        # Whatever it says: what it had opened may have taken it over.
        except (LookupError, TypeError, ValueError, RecursionError):
            how = "did not say what came of it"
    answers.incident = f"the process that opened what the function returned {how}"
    message = f"{_OPENED} {how}."
    return [new_output("error", ename="NotOpened", evalue=message, traceback=[message])]


def _output(said: dict[str, Any]) -> NotebookNode:
    if said["output_type"] == "stream":
        return new_output("stream", name="stdout", text=str(said["text"]))
    (trace,) = said["traceback"]
    kind, message = str(said["ename"]), str(said["evalue"])
    return new_output("error", ename=kind, evalue=message, traceback=[str(trace)])
