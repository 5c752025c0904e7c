"""Who may import whom, read from the syntax tree: imports for types alone and within functions count, too."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

BACKEND = Path(__file__).parents[1]

Imports = dict[str, set[str]]

# What a package, or a module right below `src`, may import of the others. Everything may import itself.
ALLOWED: dict[str, set[str]] = {
    "core": set(),
    "telemetry": {"core"},
    # Leaderboard: api -> services -> client and store; utils wires
    "client": {"core"},
    "store": {"core"},
    "services": {"client", "store", "core"},
    "utils": {"services", "client", "store", "telemetry", "core"},
    "api": {"services", "utils", "telemetry", "core"},
    "resync": {"services", "utils", "client", "telemetry", "core"},
    "demo": {"core"},
    # Studio knows nothing of Leaderboard
    "studio": {"telemetry", "core"},
    # what knows both: the list of all settings, what composes the app, and the command line
    "settings": {"core", "utils", "studio"},
    "api.server": {"api", "studio", "settings", "telemetry", "core"},
    "cli": {"api", "studio", "settings", "resync", "demo", "utils", "client", "telemetry", "core"},
}


def imports_of(sources: Mapping[str, str]) -> Imports:
    """Return the modules that each module imports, where `sources` has the text of each by its dotted name."""
    return {
        module: {
            named
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for named in _named(node, sources)
        }
        - {module}
        for module, text in sources.items()
    }


def _named(node: ast.Import | ast.ImportFrom, sources: Mapping[str, str]) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name.startswith("src.")]
    assert not node.level, "imports are absolute, so that they can be searched for"
    if not (node.module or "").startswith("src"):
        return []
    parts = [f"{node.module}.{alias.name}" for alias in node.names]
    return [part if part in sources else str(node.module) for part in parts if part != "src.VERSION"]


def violations(sources: Mapping[str, str]) -> list[str]:
    """Return what breaks the rules."""
    found = []
    for module, imported in imports_of(sources).items():
        name = module.removeprefix("src.")
        package = name.partition(".")[0]
        allowed = ALLOWED[name] if name in ALLOWED else ALLOWED[package] | {package}
        found += [
            f"{name} imports {other.removeprefix('src.')}"
            for other in sorted(imported)
            if other.split(".")[1] not in allowed
        ]
    return found


def circles(imports: Imports) -> list[str]:
    """Return the modules that import themselves by way of others."""
    reached: Imports = {}
    for module in imports:
        found, ahead = set[str](), list(imports[module])
        while ahead:
            other = ahead.pop()
            if other not in found:
                found.add(other)
                ahead += imports.get(other, ())
        reached[module] = found
    return sorted(module for module, found in reached.items() if module in found)


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """Return the text of each module of the back end."""
    found = {}
    for path in (BACKEND / "src").rglob("*.py"):
        parts = path.relative_to(BACKEND).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text()
    return {name: text for name, text in found.items() if name != "src"}


def test_every_layer_imports_what_it_may(sources: dict[str, str]) -> None:
    assert violations(sources) == []


def test_every_package_has_its_place(sources: dict[str, str]) -> None:
    assert {name.split(".")[1] for name in sources} <= set(ALLOWED)


def test_no_module_imports_itself_by_way_of_others(sources: dict[str, str]) -> None:
    assert circles(imports_of(sources)) == []


@pytest.mark.parametrize(
    ("module", "text", "told"),
    [
        ("core.csv", "from src.telemetry import logs", "core.csv imports telemetry"),
        ("telemetry.logs", "def f():\n  from src.utils.hosts import x", "telemetry.logs imports utils.hosts"),
        ("client.http", "import src.services.usage", "client.http imports services.usage"),
        ("services.usage", "from src.api.models import Row", "services.usage imports api.models"),
        ("api.tokens", "if TYPE_CHECKING:\n  from src.client import errors", "api.tokens imports client"),
        ("api.tokens", "from src.settings import Settings", "api.tokens imports settings"),
        ("api.tokens", "from src.studio.jobs import x", "api.tokens imports studio.jobs"),
        ("studio.jobs", "from src.services.usage import Usage", "studio.jobs imports services.usage"),
        ("studio.jobs", "from src.utils.common import x", "studio.jobs imports utils.common"),
    ],
)
def test_what_breaks_a_rule_is_found(module: str, text: str, told: str) -> None:
    assert violations({f"src.{module}": text}) == [told]


def test_circles_are_found() -> None:
    imports = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert circles(imports) == ["b", "c"]
