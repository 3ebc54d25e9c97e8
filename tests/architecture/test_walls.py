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


def lint_imports(tmp_path, breach=None):
    """Run the import contracts on a copy of both packages, with a line added to one module if asked."""
    tree = tmp_path / "src" / "justice_data_lab"
    for module in [*MODULES, *SERVICE]:
        target = tmp_path / "src" / module.relative_to(SOURCE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(module.read_text())
    if breach:
        target = tree / breach[0]
        target.write_text(target.read_text() + f"\n{breach[1]}\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_contracts_hold(tmp_path):
    done = lint_imports(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "5 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    "breach",
    [
        ("matching/radius.py", "import justice_data_lab.measures.outcomes"),
        ("matching/radius.py", "import duckdb"),
        ("linkage/linker.py", "import justice_data_lab.measures.catalogue"),
        ("disclosure/rules.py", "import justice_data_lab.reporting.wording"),
        ("cli/__init__.py", "import jdl_service.clock"),
        ("../jdl_service/audit/log.py", "import jdl_service.releases.models"),
    ],
)
def test_a_deliberate_breach_fails_the_contracts(tmp_path, breach):
    done = lint_imports(tmp_path, breach)
    assert done.returncode == 1
    assert "1 broken" in done.stdout


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
