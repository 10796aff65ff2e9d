"""The feedback page as one HTML file: nbgrader's ``exporter_class``."""

import base64
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, PackageLoader, StrictUndefined
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from ppdl_course.classroom.course import pristine_path
from ppdl_course.classroom.feedback.page import Page, read_page


class FeedbackExporter(Exporter):
    """Writes the page of one student, for nbgrader's ``generate_feedback``.

    nbconvert's own HTML exporter is not used: its pages run scripts from other
    machines, and its templates put text into the page as it is.
    """

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and nbconvert's resources.

        Raises:
            FileNotFoundError: If the chapter's untouched edition is not there.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        root = Path(self.parent.coursedir.root)
        path = pristine_path(resources["nbgrader"]["notebook"], root)
        if not path.exists():
            raise FileNotFoundError(f"{path}: run `ppdl build` to have it written")
        handed_out = nbformat.read(path, as_version=4)
        return render(read_page(notebook, resources, handed_out)), resources


def render(page: Page) -> str:
    """Return the page's HTML. Whatever is not marked as safe is escaped."""
    templates = Environment(
        loader=PackageLoader(__package__, ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return templates.get_template("page.html.j2").render(
        page=page, css=css, css_hash=digest
    )
