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
    "serving": {"api", "studio", "settings", "resync", "demo", "utils", "client", "telemetry", "core"},
    "cli": {"serving", "studio"},
}

# Within Studio: what a feature may import of the others, and through which of their modules. All stand on these.
GROUND = {"bodies", "database", "errors", "schemas", "settings"}
FEATURES: dict[str, set[str]] = {
    "llm": set(),
    "scoring": set(),
    "suites": {"scoring"},
    "exchange": {"llm", "scoring", "suites"},
    "engine": {"llm"},
    "report": {"engine"},
    "bench": {"engine", "llm", "benchmarks", "report"},
    "eval": {"bench", "benchmarks", "engine", "exchange", "llm", "scoring", "suites"},
    "accounts": set(),
    "vault": {"accounts"},
    "providers": {"accounts", "vault", "llm"},
    "parameters": {"accounts", "llm"},
    "prompts": {"accounts"},
    "profiles": {"accounts", "parameters", "prompts"},
    "preferences": {"accounts", "parameters", "engine"},
    "jobs": {"accounts"},
    "events": {"accounts", "jobs"},
    "benchmarks": {"accounts", "providers", "parameters", "profiles", "jobs", "engine", "report", "llm"},
    "mcp": {"llm", "accounts"},
    "tool_suites": {"accounts", "suites", "scoring", "mcp"},
    "tool_eval": {
        *{"accounts", "providers", "parameters", "profiles", "jobs", "benchmarks", "tool_suites"},
        *{"exchange", "llm", "scoring", "suites", "engine"},
    },
    "analytics": {
        "accounts",
        "providers",
        "profiles",
        "benchmarks",
        "engine",
        "tool_eval",
        "scoring",
        "preferences",
    },
    "administration": {"accounts", "vault", "providers", "jobs", "benchmarks", "tool_suites", "tool_eval"},
}
# The engine, scorers and what they stand on have no storage, and are used as they are.
WITHOUT_GROUND = {"llm", "engine", "scoring", "suites", "exchange", "report", "bench", "eval"}
DOORS = {"service", "user", "handler", "job", "schemas"}
# Who runs next is decided in one statement over jobs and their owners' limits; events are told as they are kept.
# Administrators are told of everybody's: counted over all tables, in one state of the database.
# From a terminal, a run is told in the same words.
SIDE_DOORS = {
    *{("jobs", "accounts.tables"), ("events", "jobs.journal")},
    *{("vault", "accounts.audit"), ("providers", "accounts.audit")},
    # Analytics reads results of all runs that somebody may read.
    *{("analytics", "benchmarks.tables"), ("analytics", "tool_eval.tables"), ("analytics", "preferences.tables")},
    *{("administration", f"{feature}.tables") for feature in ("accounts", "vault", "jobs", "benchmarks")},
    *{("administration", f"{feature}.tables") for feature in ("tool_suites", "tool_eval")},
    *{("bench", "benchmarks.sentence"), ("eval", "benchmarks.sentence")},
    # Models are found, and sent parameters, by one set of rules; versions are what runs point at.
    *{("tool_eval", f"benchmarks.{module}") for module in ("targets", "sending", "results", "progress")},
    ("tool_eval", "tool_suites.tables"),
    # Runs of both kinds are deleted in the same way.
    *{(feature, "jobs.deleting") for feature in ("benchmarks", "tool_eval")},
    *{("administration", f"accounts.{module}") for module in ("directory", "emails", "invitations")},
}
# What knows all services, or the request, is given to endpoints and sockets, and to what runs jobs.
GIVEN = {"dependencies", "services", "infrastructure"}
GIVEN_TO = {"endpoints", "socket", "claims", "running", "metrics"}


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


def studio_violations(sources: Mapping[str, str]) -> list[str]:
    """Return what breaks the rules within Studio."""
    found = []
    for module, imported in imports_of(sources).items():
        feature, _, part = module.removeprefix("src.studio.").partition(".")
        if not module.startswith("src.studio.") or feature not in FEATURES:
            continue
        others = sorted(name.removeprefix("src.studio.") for name in imported if ".studio." in name)
        found += [f"{feature}.{part} imports {other}" for other in others if not _may_import(feature, part, other)]
    return found


def _may_import(feature: str, part: str, other: str) -> bool:
    package, _, theirs = other.partition(".")
    if package == feature:
        return part == "endpoints" or theirs != "endpoints"
    if package in GROUND:
        return feature not in WITHOUT_GROUND
    if package in GIVEN:
        return part in GIVEN_TO
    is_open = theirs in DOORS or (feature, other) in SIDE_DOORS or package in WITHOUT_GROUND
    return package in FEATURES[feature] and is_open


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


def test_every_feature_of_studio_imports_what_it_may(sources: dict[str, str]) -> None:
    assert studio_violations(sources) == []


def test_every_feature_of_studio_has_its_place(sources: dict[str, str]) -> None:
    packages = {name.split(".")[2] for name in sources if name.startswith("src.studio.") and name.count(".") > 2}
    assert packages - GROUND == set(FEATURES)


@pytest.mark.parametrize(
    ("module", "text", "told"),
    [
        ("accounts.service", "from src.studio.jobs.service import x", "accounts.service imports jobs.service"),
        ("jobs.service", "from src.studio.benchmarks.service import x", "jobs.service imports benchmarks.service"),
        (
            "benchmarks.service",
            "from src.studio.jobs.repository import x",
            "benchmarks.service imports jobs.repository",
        ),
        ("benchmarks.handler", "from src.studio.services import x", "benchmarks.handler imports services"),
        ("engine.run", "from src.studio.database.metadata import x", "engine.run imports database.metadata"),
        ("llm.client", "def f():\n  from src.studio.engine.plan import x", "llm.client imports engine.plan"),
        ("jobs.service", "from src.studio.jobs.endpoints import x", "jobs.service imports jobs.endpoints"),
    ],
)
def test_what_breaks_a_rule_of_studio_is_found(module: str, text: str, told: str) -> None:
    assert studio_violations({f"src.studio.{module}": text}) == [told]


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
