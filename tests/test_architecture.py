"""The house as DESIGN section 2 draws it: a row may import only rows above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

import flowstate
from flowstate import providers

ROWS = (
    "sandbox",
    "errors",
    "text",
    "urls",
    "operations",
    "model",
    "client",
    "document",
    "settings",
    "passwords",
    "manifest",
    "desired",
    "state",
    "live",
    "diff",
    "plan",
    "drift",
    "planfile",
    "apply",
    "report",
    "schema",
    "scopes",
    "export",
    "accept",
    "templates",
    "providers",
    "project",
    "cli",
    "__main__",
    "__init__",
)
OF_PROVIDERS = {"providers", "errors", "text", "operations", "model", "client"}
ABOVE_STAGES = {"providers", "project", "cli", "__main__", "__init__", "sandbox"}  # these may know a service
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
PRINTING = {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 320, 40
ROOT = Path(flowstate.__file__).parent


@dataclass(frozen=True)
class Module:
    """One file of the house; ``name`` is its path below flowstate/."""

    name: str
    text: str

    @property
    def row(self) -> str:
        """Its folder or its own name at the top."""
        return self.name.split("/", maxsplit=1)[0].removesuffix(".py")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imported(self) -> frozenset[str]:
        """Every dotted name it imports, wherever in it the import stands."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
        return frozenset(found)

    @property
    def rows(self) -> set[str]:
        """The rows it imports; the version may be read from anywhere."""
        ours = [found.split(".") for found in self.imported if found.split(".")[0] == "flowstate"]
        return {parts[1] if len(parts) > 1 else "__init__" for parts in ours} - {"version", "__version__"}

    @property
    def foreign(self) -> set[str]:
        return {found.split(".")[0] for found in self.imported} - {"flowstate"}

    @property
    def functions(self) -> dict[str, int]:
        """Lines by function."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        nodes = (node for node in ast.walk(self.tree) if isinstance(node, kinds))
        return {f"{node.name}:{node.lineno}": (node.end_lineno or 0) - node.lineno + 1 for node in nodes}

    @property
    def calls(self) -> set[str]:
        return {ast.unparse(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)}


MODULES = [Module(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py"))]


def too_low(module: Module) -> set[str]:
    """Rows it imports that are not above it; nobody takes the sandbox but the command that starts it."""
    own = module.row
    if own == "version":
        return module.rows
    allowed = {own, *ROWS[: ROWS.index(own)]} - ({"sandbox"} if own not in {"sandbox", "cli"} else set())
    return module.rows - allowed


def other_providers(module: Module) -> set[str]:
    folders = {path.name for path in (ROOT / "providers").iterdir() if (path / "__init__.py").exists()}
    own = module.name.split("/")[1:2]
    below = [found.split(".")[2] for found in module.imported if found.startswith("flowstate.providers.")]
    return (set(below) & folders) - set(own)


def words(module: Module) -> set[str]:
    return {
        node.value for node in ast.walk(module.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def found(violations: Iterator[tuple[Module, object]]) -> Mapping[str, object]:
    """What is wrong, by module."""
    return {module.name: what for module, what in violations if what}


def test_every_module_has_a_row() -> None:
    assert {module.row for module in MODULES} - {"version"} <= set(ROWS)


def test_a_module_imports_only_its_own_row_and_rows_above_it() -> None:
    assert found((module, too_low(module)) for module in MODULES) == {}


def test_imports_are_absolute() -> None:
    assert found((one, [name for name in one.imported if name.startswith(".")]) for one in MODULES) == {}


def test_the_sandbox_takes_nothing_from_the_rest() -> None:
    assert found((one, one.rows - {"sandbox"}) for one in MODULES if one.row == "sandbox") == {}


def test_a_provider_knows_only_the_nouns_and_the_client_and_no_other_provider() -> None:
    inside = [module for module in MODULES if module.row == "providers"]
    assert inside
    assert found((module, (module.rows - OF_PROVIDERS) | other_providers(module)) for module in inside) == {}


def test_no_stage_names_a_kind() -> None:
    kinds = {kind for name in providers.names() for kind in providers.load(name).kinds}
    assert found((one, words(one) & kinds) for one in MODULES if one.row not in ABOVE_STAGES) == {}


def test_http_is_the_clients_alone() -> None:
    http = {"httpx", "httpcore", "stamina"}
    assert found((one, one.foreign & http) for one in MODULES if one.row != "client") == {}


def test_only_the_command_line_prints() -> None:
    others = [one for one in MODULES if one.row != "cli" and one.name != "sandbox/__main__.py"]
    assert found((one, one.calls & PRINTING) for one in others) == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [one.name for one in MODULES if Path(one.name).stem in DRAWERS] == []


def test_a_module_says_what_it_is_for() -> None:
    assert [one.name for one in MODULES if one.text.strip() and not ast.get_docstring(one.tree)] == []


def test_a_module_that_grows_becomes_a_folder() -> None:
    lengths = {one.name: len(one.text.splitlines()) for one in MODULES}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_functions_are_short() -> None:
    long = {
        one.name: {name: length for name, length in one.functions.items() if length > MOST_LINES_OF_A_FUNCTION}
        for one in MODULES
    }
    assert {name: functions for name, functions in long.items() if functions} == {}


def test_the_median_function_is_about_ten_lines() -> None:
    lengths = sorted(length for module in MODULES for length in module.functions.values())
    assert lengths[len(lengths) // 2] <= 12


LAZY = """
def f() -> None:
    from flowstate import plan, __version__
    from flowstate.providers.b import x
    import httpx
    print(plan, x, httpx, __version__)
"""


def test_the_rules_see_lazy_imports_too() -> None:
    bad = Module("errors.py", LAZY)
    assert too_low(bad) == {"plan", "providers"}
    assert bad.foreign == {"httpx"}
    assert bad.calls & PRINTING == {"print"}


@pytest.mark.parametrize(
    ("name", "source", "wrong"),
    [
        ("live/read.py", "from flowstate.model import Kind", set()),
        ("live/read.py", "from flowstate.live.names import Names", set()),
        ("live/read.py", "from flowstate.diff import leaves", {"diff"}),
        ("live/read.py", "import flowstate.sandbox.app", {"sandbox"}),
        ("cli/sandbox.py", "import flowstate.sandbox.app", set()),
        ("text.py", "from flowstate import __version__", set()),
        ("version.py", "from flowstate import text", {"text"}),
    ],
)
def test_the_table_is_read_as_drawn(name: str, source: str, wrong: set[str]) -> None:
    assert too_low(Module(name, source)) == wrong
