"""Models are portable SQL: whatever one engine says in its own way stands in a dispatched macro of macros/cross_db.

Each model's raw code is rendered with its macros, save that a cross_db macro becomes a plain call of its name; what
comes out is parsed and held to an allow-list of functions. The compiled SQL would not do: it rightly holds DuckDB's.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.tokens import TokenType

PROJECT = Path(__file__).resolve().parents[2]
MODELS = sorted((PROJECT / "models").rglob("*.sql"))
PORTABLE_FUNCTIONS = {
    name
    for line in (Path(__file__).parent / "portable_functions.txt").read_text(encoding="utf-8").splitlines()
    if (name := line.partition("#")[0].strip())
}
QUERY_MACROS = {"date_spine": "select spine_day as date_day"}
"""cross_db macros that write a query where others write an expression."""
FORBIDDEN_TOKENS = {
    TokenType.DCOLON: "a cast written ::",
    TokenType.QUALIFY: "qualify",
    TokenType.ARROW: "a lambda or a JSON path",
    TokenType.L_BRACKET: "a list",
    TokenType.L_BRACE: "a struct",
    TokenType.ASOF: "an asof join",
    TokenType.PIVOT: "pivot",
    TokenType.UNPIVOT: "unpivot",
    TokenType.ILIKE: "ilike",
    TokenType.GLOB: "glob",
}


class _Returned(Exception):  # noqa: N818 - not an error: dbt's return() leaves a macro with a value
    def __init__(self, value: Any) -> None:
        self.value = value


def _return(value: Any) -> None:
    raise _Returned(value)


def _as_call(name: str) -> Callable[..., str]:
    def call(*args: Any, **kwargs: Any) -> str:
        flat: list[str] = []
        for arg in (*args, *kwargs.values()):
            flat += [str(item) for item in arg] if isinstance(arg, list) else [str(arg)]
        shown = ", ".join(arg if re.search(r"\w", arg) else f"'{arg}'" for arg in flat)
        return QUERY_MACROS.get(name, f"{name}({shown})")

    return call


def _macro_names(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(folder.rglob("*.sql")):
        for name in re.findall(r"{%-?\s*macro\s+(\w+)\(", file.read_text(encoding="utf-8")):
            yield file, name


def _environment() -> tuple[jinja2.Environment, set[str]]:
    environment = jinja2.Environment(
        extensions=["jinja2.ext.do"],
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - SQL, not HTML
    )
    environment.globals.update(
        {
            "return": _return,
            "ref": lambda *names: names[-1],
            "source": lambda *names: "_".join(names),
            "var": lambda name, default=None: default,
            "config": lambda **settings: "",
            "none": None,
        }
    )
    engine_macros = {name for _, name in _macro_names(PROJECT / "macros" / "cross_db") if "__" not in name}
    for name in engine_macros:
        environment.globals[name] = _as_call(name)
    for folder in (PROJECT / "macros").iterdir():
        if folder.name in {"cross_db", "overrides"}:
            continue
        for file, name in _macro_names(folder):
            environment.globals[name] = _rendered(environment, file, name)
    return environment, engine_macros


def _rendered(environment: jinja2.Environment, file: Path, name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        module: Any = environment.from_string(file.read_text(encoding="utf-8")).module
        try:
            return getattr(module, name)(*args, **kwargs)
        except _Returned as returned:
            return returned.value

    return call


ENVIRONMENT, ENGINE_MACROS = _environment()


def _findings(sql: str) -> list[str]:
    tokens = sqlglot.tokenize(sql, dialect="duckdb")
    findings = [FORBIDDEN_TOKENS[token.token_type] for token in tokens if token.token_type in FORBIDDEN_TOKENS]
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.token_type == TokenType.FROM and (before is None or before.token_type == TokenType.L_PAREN):
            findings.append("from without select")
    for tree in sqlglot.parse(sql, dialect="duckdb"):
        assert tree is not None, "the model is empty"
        for node in tree.walk():
            if isinstance(node, exp.Star) and (node.args.get("except_") or node.args.get("replace")):
                findings.append("select * exclude or replace")
            elif isinstance(node, exp.Group) and node.args.get("all"):
                findings.append("group by all")
            elif isinstance(node, exp.Order) and any(key.name.lower() == "all" for key in node.expressions):
                findings.append("order by all")
            elif isinstance(node, exp.Func) and not isinstance(node, exp.Connector):
                if isinstance(node, exp.If) and isinstance(node.parent, exp.Case):
                    continue
                name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
                if name not in PORTABLE_FUNCTIONS and name not in ENGINE_MACROS:
                    findings.append(f"function {name}")
    return sorted(set(findings))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_model_is_portable(model: Path) -> None:
    sql = ENVIRONMENT.from_string(model.read_text(encoding="utf-8")).render()
    assert not _findings(sql)


@pytest.mark.parametrize(
    ("sql", "finding"),
    [
        ("select a::int from t", "a cast written ::"),
        ("select * exclude (a) from t", "select * exclude or replace"),
        ("select a, count(*) from t group by all", "group by all"),
        ("select a from t qualify row_number() over (order by a) = 1", "qualify"),
        ("select [1, 2] as a from t", "a list"),
        ("select a from t union all (from t)", "from without select"),
        ("select if(a, 1, 2) as b from t", "function if"),
        ("select strptime(a, '%d/%m/%Y') from t", "function str_to_time"),
        ("select list_sum(a) from t", "function list_sum"),
        ("select date_diff('year', a, b) from t", "function datediff"),
    ],
)
def test_what_only_one_engine_knows_is_found(sql: str, finding: str) -> None:
    assert finding in _findings(sql)


def test_every_engine_macro_has_a_default_or_says_that_it_has_none() -> None:
    defined = {name for _, name in _macro_names(PROJECT / "macros" / "cross_db")}
    text = "".join(file.read_text(encoding="utf-8") for file in (PROJECT / "macros" / "cross_db").glob("*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'", text))
    assert not {name for name in dispatched if f"default__{name}" not in defined}
