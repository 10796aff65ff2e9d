# %% says="claims points = 2000|carries a changed checksum|claims locked = False|claims to be 'bonus'"
"""Gives itself points, unlocks its checks, invents one, and says that it is unanswered."""

# %% forge="notebook"
for cell in notebook.cells:
    marks = cell.metadata.get("nbgrader")
    if marks and "points" in marks:
        marks["points"] *= 1000
    if marks and marks["locked"]:
        marks.update(locked=False, solution=True, grade=True)
    if marks:
        marks["checksum"] = "0" * 32
bonus = notebook.cells[-1].copy()
bonus.update(cell_type="code", source="print('bonus')", id="bonus", outputs=[])
bonus.execution_count = None
bonus.metadata = {"nbgrader": dict(marks, grade_id="bonus", points=1000, grade=True)}
notebook.cells.append(bonus)


# %% answer="find_i" earns=0
def find_i(public, m, w):
    return 0
