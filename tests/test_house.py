"""House rules that a machine can keep: directions, sizes, docstrings, no machine paths, documented commands."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*ROOT.glob("screening/**/*.py"), *ROOT.glob("api/**/*.py")])
PYTHON = [*SOURCES, *sorted(ROOT.glob("tests/**/*.py")), *sorted(ROOT.glob("samples/**/*.py"))]
HEAVY = {
    "pypdfium2": ("screening/extract/pdf",),
    "pikepdf": ("screening/extract/pdf", "screening/report/pdf_notes"),
    "pdfplumber": ("screening/extract/pdf",),
    "docx": ("screening/report",),
    "openpyxl": ("screening/report",),
    "sqlalchemy": ("screening/store", "screening/batch/ledger"),
    "distributed": ("screening/batch/cluster",),
    "alembic": ("screening/store",),
    "cryptography": ("screening/store", "screening/cli/verify_command", "screening/cli/audit_command"),
    "argon2": ("screening/store",),
    "fastapi": ("api",),
    "joserfc": ("api",),
    "ldap3": ("api",),
    "httpx": ("api",),
    "jinja2": ("api",),
    "yaml": ("screening/rules",),
    "pydantic": ("screening/rules", "api"),
    "re2": ("screening/detect",),
    "hyperscan": ("screening/detect/scan",),
    "rapidocr": ("screening/extract",),
    "click": ("screening/cli",),
    "rich": ("screening/cli", "screening/report"),
    "scrapy": ("screening/batch/site_spider",),
    "twisted": ("screening/batch/site_spider",),
    "zope": ("screening/batch/site_spider",),
    "fastwarc": ("screening/batch/warc",),
    "lxml": ("screening/extract", "screening/report"),
}


def relative(path: Path) -> str:
    """Path below the repository."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_files_are_of_readable_size_and_say_what_they_are(path: Path) -> None:
    """At most 400 lines (500 for the inventories of probes and hostile files), and a docstring at the top."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= (500 if relative(path).startswith(("tests/probes", "samples")) else 400)
    assert not text or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_functions_are_short_and_public_ones_documented(path: Path) -> None:
    """At most 60 lines a function; every public name has a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and "/migrations/versions/" not in relative(path):
            assert (node.end_lineno or 0) - node.lineno <= 60, node.name
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_heavy_libraries_are_named_in_one_room(path: Path) -> None:
    """DESIGN section 2: each heavy library is imported where it is named and nowhere else."""
    for line in path.read_text(encoding="utf-8").splitlines():
        found = re.match(r"\s*(?:import|from) (\w+)", line)
        if found and found[1] in HEAVY:
            assert relative(path).startswith(HEAVY[found[1]]), line


def test_only_settings_reads_the_environment() -> None:
    """One place knows the environment; the sandboxed child and the terminal are the two that pass it on."""
    allowed = {
        "screening/settings.py",
        "screening/extract/isolate.py",
        "screening/cli/check_command.py",
        "screening/cli/main.py",
    }
    users = {relative(path) for path in SOURCES if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))}
    assert users <= allowed


def test_directions_hold() -> None:
    """import-linter, with the contracts of pyproject.toml."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


def tracked() -> list[Path]:
    """Text files of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name]
    return [path for path in paths if path.suffix not in (".docx", ".pdf", ".png", ".jpg") and path.is_file()]


def test_no_machine_path_and_no_registry_address() -> None:
    """Nothing about where the work is done."""
    traces = re.compile(r"/(?:work|farm|root)/|index-url|files\.pythonhosted|\.library")
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="replace")
        assert path.name == "test_house.py" or not traces.search(text), path


def test_lock_files_carry_hashes() -> None:
    """Every requirement is pinned with its digests."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pins = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
        assert pins
        for number in pins:
            assert "==" in lines[number]
            assert "--hash=sha256:" in lines[number + 1]


def test_every_command_and_format_is_in_the_readme() -> None:
    """A user finds what the program can do."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "screening" / "cli").glob("*_command.py"):
        assert f"xianshen {path.stem.removesuffix('_command')}" in readme
    for form in ("text", "json", "jsonl", "sarif", "csv", "html"):
        assert form in readme


def test_every_dependency_has_its_line() -> None:
    """docs/decisions names each dependency with its reason."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project[project.index("dependencies = [") : project.index("[project.scripts]")]
    reasons = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("*.md"))
    for name in set(re.findall(r'"([a-z0-9-]+)>=', block)):
        assert name in reasons.lower(), name


def test_user_facing_samples_hold_no_assigned_region_code() -> None:
    """Citizen numbers in samples, rules and tests begin with codes that no region has: 110199 or 99...."""
    number = re.compile(
        r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
    )
    for path in tracked():
        if path.name.endswith(".lock"):
            continue
        for found in number.findall(path.read_text(encoding="utf-8", errors="replace")):
            assert found.startswith(("110199", "99")), (path, found)
