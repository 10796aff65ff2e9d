"""Look for the answers in what students get: in the notebooks and beside them."""

import base64
import json
import re
import shutil
import zlib
from pathlib import Path

import pytest

from ppdl_course.classroom.authoring.build import build, find_sources
from ppdl_course.classroom.authoring.marks import read_chapter

from .conftest import REPOSITORY, TINY

HERE = Path(__file__).parent
SOURCES = [HERE / "course/solutions" / f"{TINY}.py", *find_sources(None, REPOSITORY)]
REGION = re.compile(r"# BEGIN (\w+ ?\w*)\n(.*?)# END \1", re.DOTALL)


def secrets_of(source):
    """Return the lines that stand only where students must not see them."""
    hidden, shown = [], []
    for cell in read_chapter(source).cells:
        text = cell.source
        if cell.metadata.get("nbgrader", {}).get("grade_id") and (
            cell.cell_type == "markdown"
        ):
            hidden += text.splitlines()
            continue
        for region in REGION.finditer(text):
            hidden += region[2].splitlines()
        shown += REGION.sub("", text).splitlines()
    shown = "\n".join(shown)
    secrets = {line.strip() for line in hidden if len(line.strip()) >= 12}
    return sorted(line for line in secrets if line not in shown)


def everything_in(value):
    """Yield every string of a JSON value, keys too, and what base64 hides in them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from everything_in(inner)
    elif isinstance(value, list):
        if all(isinstance(line, str) for line in value):
            yield "".join(value)
        for inner in value:
            yield from everything_in(inner)
    elif isinstance(value, str):
        yield value
        yield from decoded(value)


def decoded(text):
    for blob in re.findall(r"[A-Za-z0-9+/=_-]{24,}", text):
        try:
            raw = base64.b64decode(blob.replace("-", "+").replace("_", "/"))
        except ValueError:
            continue
        yield raw.decode("utf-8", "ignore")
        try:
            yield zlib.decompress(raw).decode("utf-8", "ignore")
        except zlib.error:
            continue


def leaks(folder, secrets):
    """Return each secret line found in any file under a folder, and where."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            texts = [text, *decoded(text)]
            if path.suffix == ".ipynb":
                texts += everything_in(json.loads(text))
            found += [(path.name, s) for s in secrets if any(s in t for t in texts)]
    return found


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
def handed_out(request, tmp_path_factory):
    """What students get of a chapter, the notebooks folder; and its source."""
    root = tmp_path_factory.mktemp("handed_out")
    (root / "solutions").mkdir()
    shutil.copy(request.param, root / "solutions")
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    build(root=root)
    return root / "notebooks", request.param


def test_students_get_no_answer_no_hidden_test_and_no_text_source(handed_out):
    folder, source = handed_out
    secrets = secrets_of(source)
    assert len(secrets) >= 3
    assert leaks(folder, secrets) == []
    files = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    name = source.stem
    assert files == [Path(".pristine", f"{name}.ipynb"), Path(name, f"{name}.ipynb")]


def test_students_get_no_output_no_widget_state_and_no_stray_metadata(handed_out):
    folder, source = handed_out
    notebook = json.loads((folder / source.stem / f"{source.stem}.ipynb").read_text())
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert "attachments" not in cell
        known = {"nbgrader", "tags", "deletable", "editable"}
        assert set(cell["metadata"]) <= known


def hide(secret, way):
    raw = secret.encode()
    return {
        "plain": secret,
        "base64": base64.b64encode(raw).decode(),
        "zlib": base64.urlsafe_b64encode(zlib.compress(raw)).decode(),
    }[way]


@pytest.mark.parametrize("way", ["plain", "base64", "zlib"])
@pytest.mark.parametrize("place", ["source", "metadata", "output", "beside"])
def test_the_search_finds_what_is_hidden(built, tmp_path, place, way):
    shutil.copytree(built / "notebooks", tmp_path, dirs_exist_ok=True)
    secrets = secrets_of(SOURCES[0])
    path = tmp_path / TINY / f"{TINY}.ipynb"
    notebook = json.loads(path.read_text())
    text = hide("distinctive_total = sum(ages)", way)
    match place:
        case "source":
            notebook["cells"][0]["source"].append(text)
        case "metadata":
            notebook["metadata"]["widgets"] = {"state": {text: 1, "a": [text]}}
        case "output":
            notebook["cells"][1]["outputs"] = [{"data": {"text/plain": [text]}}]
        case "beside":
            (path.parent / "notes.txt").write_text(text)
    path.write_text(json.dumps(notebook))
    assert leaks(tmp_path, secrets)
