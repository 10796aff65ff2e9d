"""A class that is given feedback: an honest student, a weak one, and one who attacks.

Whatever the attacker's code displays tries to set ``window.pwned``, to open a dialog or
to ask for ``TRAP`` in the browser of whoever looks at the page.
"""

import copy

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.bank.answers import answered, read_bank
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse

from .conftest import HERE, TINY, make_course

TRAP = "http://trap.invalid/"
RUN = "window.pwned=1;alert(1)"
# As the verdicts of the page are written, laid over its top.
BANNER = (
    '<div class="verdict passed" id="result" style="position:fixed;top:0;left:0;'
    'width:100vw;z-index:99;background:white"><h2>Result</h2><p class="state">'
    "✔ Passed: 9 of 9 points</p></div><style>.verdict.failed,.results{display:none}"
    "</style>"
)
ATTACKS = [
    BANNER,
    f"<script>{RUN}</script>",
    f"<img src=x onerror='{RUN}'>",
    f"<svg onload='{RUN}'><script>{RUN}</script></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    f"onerror={RUN}&gt;'>",
    f"<noscript><p title=\"</noscript><img src=x onerror='{RUN}'>\">",
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"<iframe src='{TRAP}frame'></iframe><object data='{TRAP}object'></object>",
    f"<form action='{TRAP}form'><input autofocus onfocus='{RUN}'></form>",
    f"<a id='bait' href='javascript:{RUN}'>Your points have changed: see here</a>",
    f"<details open ontoggle='{RUN}'><summary>more</summary></details>",
    f"<img src='{TRAP}image'><link rel=stylesheet href='{TRAP}css'>",
    f"<div style='background:url({TRAP}background)'>a</div><base href='{TRAP}'>",
    f"<meta http-equiv='refresh' content='0;url={TRAP}refresh'>",
    f"<!-- --!><img src=x onerror='{RUN}'>-->",
    f"</figure></section></main><script>{RUN}</script>",
]
WRITTEN = f"""{BANNER}

<script>{RUN}</script> <img src=x onerror="{RUN}">

[click](javascript:{RUN}) ![]({TRAP}picture) ![pasted](attachment:no.png)

$\\href{{javascript:{RUN}}}{{x}}$ $$<img src=x onerror='{RUN}'>$$

```mermaid
<img src=x onerror='{RUN}'>
```

# Score: 9 of 9
"""
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
DISPLAYS = f"""from IPython.display import HTML, Markdown, display
for attack in {ATTACKS!r}:
    display(HTML(attack))
display(Markdown({WRITTEN!r}))
svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'></svg>"
display({{"image/svg+xml": svg, "text/plain": "an SVG"}}, raw=True)
display({{"application/javascript": "{RUN}", "text/plain": "a script"}}, raw=True)
display({{"text/html": "<script>{RUN}</script>"}}, raw=True,
        metadata={{"text/html": {{"isolated": True}}}})
width = {{"width": "1 onload={RUN} onerror={RUN}"}}
display({{"image/png": "{PIXEL}"}}, raw=True, metadata={{"image/png": width}})
files = {{"image/png": "{TRAP}file"}}
display({{"image/png": "{PIXEL}"}}, raw=True, metadata={{"filenames": files}})
"""
ERROR = (
    "def clip_ages(ages, bound):\n"
    f"    raise ValueError({BANNER!r} + '<script>{RUN}</script>' + '\\x1b[31mred')"
)
HONEST = f"""print("my own print: <b>not bold</b>", ages)
display({{"image/png": "{PIXEL}", "text/plain": "<one dot>"}}, raw=True)
display({{"text/html": "<table><thead><tr><th></th><th>age</th></tr></thead><tbody><tr>"
         "<th>0</th><td>34</td></tr></tbody></table>"}}, raw=True)
"""


def hand_in_and_grade(root) -> NbgraderCourse:
    """Let nbgrader grade ada, bob and mallory, and write their feedback."""
    build(root=make_course(root).resolve())
    course = NbgraderCourse(root)
    assert course.release(TINY).ok
    path = root / "notebooks" / TINY / f"{TINY}.ipynb"
    blank = nbformat.read(path, as_version=4)
    bank = read_bank(HERE / "course" / "bank" / TINY, ["mean_age", "clip_ages"])

    def submission(mean, clip, why, *own):
        given = {"mean_age": mean, "clip_ages": clip}
        chosen = {
            name: next((a for a in bank[name] if a.name == answer), None)
            for name, answer in given.items()
        }
        notebook = copy.deepcopy(blank)
        ids = [c.metadata.get("nbgrader", {}).get("grade_id") for c in notebook.cells]
        notebook.cells[ids.index("why_mean")].source = why
        place = ids.index("mean_age") + 1
        for cell in answered(notebook, chosen).cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in given:
                notebook.cells[ids.index(name)].source = cell.source
        notebook.cells[place:place] = own
        return notebook, ids

    ada, _ = submission("loop", "drops", "By $1/n$, see <https://e.org>.")
    ada.cells.insert(3, new_code_cell(HONEST))
    course.hand_in("ada", TINY, ada)
    bob, _ = submission("empty", None, "*Write your answer here.*")
    course.hand_in("bob", TINY, bob)
    mallory, ids = submission("sum", None, WRITTEN, new_code_cell(DISPLAYS))
    mallory.cells[ids.index("clip_ages") + 1].source = ERROR
    mallory.cells.insert(1, new_markdown_cell(WRITTEN))
    course.hand_in("mallory", TINY, mallory)
    outcome = course.autograde(TINY)
    assert outcome.ok, outcome.log
    outcome = course.feedback(TINY)
    assert outcome.ok, outcome.log
    return course
