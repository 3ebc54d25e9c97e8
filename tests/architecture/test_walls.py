"""The walls between the rooms hold, and a deliberate breach is noticed."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from justice_data_lab.run_folder import ROOMS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "justice_data_lab"
MODULES = sorted(PACKAGE.rglob("*.py"))
SERVICE = [path for path in sorted((SOURCE / "jdl_service").rglob("*.py")) if path.parent.name != "migrations"]


# What must not be imported: in which module, what, and the contract that says so; each contract has one that breaks it.
BREACHES = (
    ("justice_data_lab.matching.radius", "justice_data_lab.measures.outcomes", "Matching never sees an outcome"),
    ("justice_data_lab.matching.radius", "duckdb", "Statistics and disclosure are pure"),
    ("justice_data_lab.linkage.linker", "justice_data_lab.measures.catalogue", "Data walks one way"),
    ("justice_data_lab.disclosure.rules", "justice_data_lab.reporting.wording", "Data walks one way"),
    ("justice_data_lab.cli", "jdl_service.clock", "Data walks one way"),
    ("justice_data_lab.rooms.plan", "justice_data_lab.rooms.shelves", "The rooms join up one way"),
    ("jdl_service.audit.log", "jdl_service.releases.models", "The service stands in layers"),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A folder with a copy of both packages and of the contracts."""
    folder = tmp_path_factory.mktemp("copy")
    for module in [*MODULES, *SERVICE]:
        target = folder / "src" / module.relative_to(SOURCE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(module.read_text())
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return folder


def lint_imports(folder):
    """Run the import contracts on a copy."""
    command = Path(sys.executable).with_name("lint-imports")
    environment = {"PYTHONPATH": str(folder / "src"), "PATH": ""}
    return subprocess.run([command, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def broken(printed):
    """What is printed of each broken contract, by its name, however its lines are broken."""
    parts = re.split(r"^(.+)\n-+\n", printed.partition("Broken contracts")[2], flags=re.MULTILINE)
    return {name: " ".join(told.split()) for name, told in zip(parts[1::2], parts[2::2], strict=True)}


def add_breaches(folder):
    """Add every breach to the copy; the line at which each stands."""
    lines = {}
    for module, imported, _ in BREACHES:
        path = folder / "src" / module.replace(".", "/")
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        text = f"{path.read_text()}\nimport {imported}\n"
        path.write_text(text)
        lines[module, imported] = len(text.splitlines())
    return lines


def test_the_import_contracts_hold_and_every_breach_is_found_where_it_stands(copy):
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout
    assert "5 kept, 0 broken" in done.stdout
    lines = add_breaches(copy)
    done = lint_imports(copy)
    assert done.returncode == 1
    assert "0 kept, 5 broken" in done.stdout
    found = broken(done.stdout)
    for module, imported, contract in BREACHES:
        assert f"- {module} -> {imported} (l.{lines[module, imported]})" in found[contract]


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


@pytest.mark.parametrize("module", [*MODULES, *SERVICE], ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_and_functions_stay_small(module):
    text = module.read_text()
    assert len(text.splitlines()) <= 400
    for function in functions(ast.parse(text)):
        assert function.end_lineno - function.lineno < 50, function.name


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_register_opens_a_connection(module):
    text = module.read_text()
    if module.relative_to(PACKAGE) != Path("register/connect.py"):
        assert "duckdb.connect(" not in text
        assert "psycopg.connect(" not in text
        assert "ATTACH '" not in text


def test_only_one_module_opens_the_ledger():
    opening = [module.name for module in MODULES if "sqlite3.connect(" in module.read_text()]
    assert opening == ["ledger_file.py"]


def fields_of(module):
    """Each field of a class of the module with its type, and what makes it."""
    classes = (node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.ClassDef))
    return [each for one in classes for each in one.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)]


def test_no_value_prints_its_table_of_people():
    tables = [
        (module.name, each) for module in MODULES for each in fields_of(module) if "pa.Table" in ast.unparse(each.annotation)
    ]
    assert len(tables) >= 8
    assert [module for module, each in tables if "repr=False" not in ast.unparse(each)] == []


PURE = [
    path for room in ("matching", "estimation", "disclosure", "publication") for path in sorted((PACKAGE / room).rglob("*.py"))
]


@pytest.mark.parametrize("module", PURE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pure_rooms_touch_no_file_clock_or_environment(module):
    imported = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.split(".")[0])
    assert imported.isdisjoint(
        {"os", "sys", "io", "pathlib", "time", "random", "socket", "urllib", "subprocess", "tempfile", "shutil"}
    )


def test_the_pipeline_shows_the_rooms_in_order_on_one_screen():
    text = (PACKAGE / "pipeline.py").read_text()
    begin, end = (next(f for f in functions(ast.parse(text)) if f.name == name) for name in ("run", "_from_matching"))
    screen = text.splitlines()[begin.lineno - 1 : end.end_lineno]
    shown = re.findall(r'"([1-7]-[a-z]+)"', "\n".join(screen))
    assert shown == list(ROOMS)
    assert len(screen) <= 60
