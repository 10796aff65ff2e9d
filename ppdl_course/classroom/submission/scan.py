"""What a piece of a student's code reaches for, read as text and not run.

Each finding completes the sentence "Cell 12 ...". Code that is built from strings at
run time is not seen here; the sandbox reports what such code does.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import ppdl_course
from ppdl_course.classroom.kernels.moved_names import moved
from ppdl_course.classroom.magics import plain_cell

_MODULES = {
    **dict.fromkeys(("subprocess", "multiprocessing", "pty"), "starts processes"),
    **dict.fromkeys(
        ("threading", "_thread", "concurrent", "asyncio"), "starts threads"
    ),
    **dict.fromkeys(("socket", "socketserver"), "opens connections"),
    **dict.fromkeys(
        ("urllib", "requests", "http", "ftplib", "httpx"), "opens the network"
    ),
    **dict.fromkeys(("ctypes", "cffi", "_ctypes", "mmap"), "reaches into memory"),
    **dict.fromkeys(("signal", "faulthandler"), "catches interrupts"),
    **dict.fromkeys(("builtins", "__main__"), "reaches into the interpreter"),
    "atexit": "runs after the end",
    "resource": "reaches for the kernel's limits",
    "sqlite3": "opens databases",
    "nbgrader": "belongs to the gradebook",
    "ppdl_course.classroom": "belongs to the grader",
}
_NAMES = {
    "ends the kernel": "os._exit os.abort sys.exit",
    "sends signals to processes": "os.kill os.killpg os.getppid signal.raise_signal",
    "starts processes": "os.fork os.forkpty os.system os.popen os.posix_spawn os.execv "
    "os.execve os.execvp os.execl os.spawnl os.spawnv",
    "reads the environment variables": "os.environ os.getenv os.environb",
    "changes files": "os.remove os.unlink os.rmdir shutil.rmtree os.symlink os.link "
    "os.chmod os.mkfifo",
    "changes what is imported": "sys.modules sys.meta_path sys.path_hooks "
    "importlib.reload",
    "watches or changes running code": "sys.settrace sys.setprofile sys._getframe "
    "sys.addaudithook sys.excepthook sys.displayhook inspect.stack "
    "inspect.currentframe inspect.getsource",
    "looks through the interpreter's objects": "gc.get_objects gc.get_referrers "
    "gc.get_referents",
    # not the module: ssl.RAND_bytes is a source of secrets like any other
    "opens connections": "ssl.SSLContext ssl.SSLSocket ssl.create_default_context "
    "ssl.get_server_certificate",
    "leaves its folder": "os.chdir os.chroot pathlib.Path.home os.path.expanduser",
}
_REACHES = {name: what for what, names in _NAMES.items() for name in names.split()}
_ATTRIBUTES = {
    **dict.fromkeys(
        (
            "input_transformers_cleanup",
            "input_transformers_post",
            "input_transformer_manager",
            "ast_transformers",
            "ast_node_interactivity",
            "set_custom_exc",
            "display_formatter",
            "display_pub",
            "run_cell",
        ),
        "changes how cells are run or shown",
    ),
    **dict.fromkeys(
        (
            "__subclasses__",
            "__globals__",
            "__code__",
            "f_back",
            "f_globals",
            "f_locals",
        ),
        "reaches into the interpreter",
    ),
}
_ANSWERS_ITSELF = frozenset(
    f"__{name}__"
    for name in ("eq", "ne", "lt", "le", "gt", "ge", "bool", "class", "instancecheck")
) | {"__array_ufunc__", "__array_function__"}
_PATH = re.compile(
    r"(?!/dev/u?random$)"  # sources of secrets
    r"(?:/(?:etc|proc|sys|dev|home|root|tmp|var|usr|opt|srv|mnt|run|Users)(?:/|$)"
    r"|~[/\\\\]|\.\.[/\\\\]|\.\.$|[A-Za-z]:\\\\)"
)
_WORDS = re.compile(
    r"gradebook|manual_score|HIDDEN TESTS|hidden_tests|\.ipython|sitecustomize"
    r"|usercustomize|nbgrader|solutions/|submitted/|autograded"
)
_VERDICT = re.compile(r"✔|full (?:marks|points)|\d+ ?(?:/|of|out of) ?\d+ points")
_SHELL = re.compile(
    r"!(?!=)|%%(?:bash|sh|script|system|javascript|js|html)\b|%(?:sx|system)\b"
)
SCRIPT = re.compile(r"<script|javascript:|<iframe", re.IGNORECASE)
"""What would run in the browser of whoever looks at a notebook."""


class Scan:
    """Looks at the code cells of one notebook in turn, and remembers its imports.

    Args:
        guarded: Names which only the chapter gives a meaning, those of its checks.
        allowed: Modules which the chapter itself imports.
    """

    def __init__(self, guarded: set[str], allowed: set[str]):
        self._guarded, self._allowed = guarded, allowed
        self._names: dict[str, str] = {}
        self._modules: set[str] = set()

    def look(self, source: str) -> list[str]:
        """Return what one cell reaches for, each thing once."""
        plain = plain_cell(source)
        # What nobody can read is not run either, unless it is read in another way.
        lines = source.splitlines() if plain is None else plain.magics
        shells = filter(None, (_SHELL.match(line.lstrip()) for line in lines))
        attempts = [f"runs {shell[0]!r}" for shell in shells]
        if plain is not None:
            tree = plain.tree
            texts = _docstrings(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    attempts += self._imported(node)
            for node in ast.walk(tree):
                if not (isinstance(node, ast.Constant) and node in texts):
                    attempts += self._attempts(node)
            attempts += self._rebound(tree)
        return list(dict.fromkeys(attempts))

    def _imported(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        for alias in node.names:
            if isinstance(node, ast.Import):
                full_name = alias.name
                top = full_name.partition(".")[0]
                self._names[alias.asname or top] = full_name if alias.asname else top
                self._modules |= {full_name, top}
            else:
                full_name = f"{node.module or ''}.{alias.name}"
                self._names[alias.asname or alias.name] = full_name
                if _is_module(full_name):
                    self._modules.add(full_name)
                if full_name in _REACHES:
                    yield f"imports {full_name}, which {_REACHES[full_name]}"
            for module, what in _MODULES.items():
                if (
                    f"{full_name}.".startswith(f"{module}.")
                    and module not in self._allowed
                ):
                    yield f"imports {module}, which {what}"

    def _attempts(self, node: ast.AST) -> Iterator[str]:
        """Say what one node of the tree tries, whatever surrounds it."""
        match node:
            case ast.Attribute() | ast.Name():
                yield from self._named(node)
            case ast.Call(func=ast.Name(id="exit" | "quit" as name)):
                yield f"calls {name}(), which ends the kernel"
            case ast.Call(
                func=ast.Name(id="setattr" | "delattr"), args=[owner, name, *_]
            ):
                if self._dotted(owner) in self._modules:
                    yield f"changes {self._dotted(owner)}.{_literal(name)}"
            case ast.ClassDef(body=body):
                names = {n.name for n in body if isinstance(n, ast.FunctionDef)}
                names |= {
                    t.id
                    for n in body
                    if isinstance(n, ast.Assign)
                    for t in n.targets
                    if isinstance(t, ast.Name)
                }
                for name in sorted(names & _ANSWERS_ITSELF):
                    yield f"defines {name}, so that its objects answer comparisons"
            case ast.While(test=ast.Constant(value=true)) if true:
                if any(map(_swallows, ast.walk(node))):
                    yield "catches the interrupt within an endless loop"
            case ast.Constant(value=str(text)):
                yield from _worded(text)

    def _named(self, node: ast.Attribute | ast.Name) -> Iterator[str]:
        full_name = self._dotted(node)
        if full_name in _REACHES:
            yield f"uses {full_name}, which {_REACHES[full_name]}"
        if not isinstance(node, ast.Attribute):
            return
        if node.attr in _ATTRIBUTES:
            yield f"uses {node.attr}, which {_ATTRIBUTES[node.attr]}"
        owner = self._dotted(node.value)
        # torch.backends holds switches that are meant to be set.
        if not isinstance(node.ctx, ast.Load) and not owner.startswith(
            "torch.backends"
        ):
            while owner and owner not in self._modules:
                owner = owner.rpartition(".")[0]
            if owner:
                yield f"changes {full_name}, which all code uses"

    def _rebound(self, tree: ast.Module) -> Iterator[str]:
        """Look for names of the checks that get another meaning."""
        open_nodes: list[ast.AST] = list(tree.body)
        while open_nodes:
            node = open_nodes.pop()
            names: set[str] = set()
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    names = {name}
                case ast.Name(id=name, ctx=ast.Store()):
                    names = {name}
                case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                    bound = {a.asname or a.name for a in aliases}
                    names = (
                        {
                            name
                            for name in bound
                            if not self._names[name].startswith(
                                ("ppdl_course.", "IPython.")
                            )
                        }
                        if isinstance(node, ast.ImportFrom)
                        else bound
                    )
                case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                    continue  # names of their own, as those of a function
                case ast.AST():
                    open_nodes += ast.iter_child_nodes(node)
            for name in sorted(names & self._guarded):
                yield f"gives {name!r} another meaning"

    def _dotted(self, node: ast.AST) -> str:
        """Return what an expression like ``np.linalg.norm`` stands for."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self._names.get(node.id, node.id), *reversed(parts)])


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _worded(text: str) -> Iterator[str]:
    if match := _PATH.match(text):
        yield f"names a path outside of its folder ({text[:40]!r})"
    elif match := _WORDS.search(text):
        yield f"names {match[0]!r}"
    if _VERDICT.search(text):
        yield f"writes a verdict of its own ({text[:40]!r})"
    if SCRIPT.search(text):
        yield "shows JavaScript"


def _swallows(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = (
        {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
        if node.type
        else set()
    )
    caught = node.type is None or kinds & {"BaseException", "KeyboardInterrupt"}
    ends = (ast.Raise, ast.Break, ast.Return)
    return bool(caught) and not any(isinstance(n, ends) for n in ast.walk(node))


def _literal(node: ast.AST) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else "..."


def _is_module(dotted: str) -> bool:
    """Tell whether this is a module of the course; nothing is imported for it."""
    package, _, rest = dotted.partition(".")
    if package != "ppdl_course":
        return False
    if dotted in moved():
        return True
    path = Path(ppdl_course.__file__).parent.joinpath(*rest.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()
