"""Models are portable SQL: whatever one engine says in its own way stands in a dispatched macro of macros/cross_db.

Each model's raw code is rendered by dbt_project/lint_macros, in which a cross_db macro becomes a call of its own name.
What comes out is parsed and held to an allow-list of functions. Compiled SQL would not do: it rightly holds DuckDB's.
So are the rows of unit tests that are written in SQL: they hold on every engine, or they prove nothing of it.
"""

import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pytest
import sqlglot
import yaml
from sqlglot import exp
from sqlglot.tokens import TokenType

PROJECT = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.spec_from_file_location("lint_macros", PROJECT / "dbt_project/lint_macros/__init__.py")
assert _SPEC is not None
assert _SPEC.loader is not None
lint_macros = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(lint_macros)

MODELS = sorted((PROJECT / "models").rglob("*.sql"))
ROWS = {
    rows["rows"]: test["name"]
    for file in sorted((PROJECT / "models").rglob("*.yml"))
    for test in yaml.safe_load(file.read_text(encoding="utf-8")).get("unit_tests") or []
    for rows in [*test["given"], test["expect"]]
    if rows.get("format") == "sql"
}
PORTABLE_FUNCTIONS = {
    name
    for line in (Path(__file__).parent / "portable_functions.txt").read_text(encoding="utf-8").splitlines()
    if (name := line.partition("#")[0].strip())
}
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


ENGINE_FILES = sorted((lint_macros.MACROS / lint_macros.ENGINE_FOLDER).glob("*.sql"))
ENGINE_MACROS = {name for file in ENGINE_FILES for name in lint_macros.macro_names(file)}


def _findings(sql: str) -> list[str]:
    tokens = sqlglot.tokenize(sql, dialect="duckdb")
    findings = [FORBIDDEN_TOKENS[token.token_type] for token in tokens if token.token_type in FORBIDDEN_TOKENS]
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.token_type == TokenType.STRING and re.search(r"['\\\\]", token.text):
            findings.append("an apostrophe or backslash within a text")
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
            elif isinstance(node, exp.Interval):
                findings.append("an interval")
            elif isinstance(node, exp.Add | exp.Sub) and any(side.is_type("date") for side in (node.left, node.right)):
                findings.append("a date that is added to")
            elif isinstance(node, exp.Func) and not isinstance(node, exp.Connector):
                if isinstance(node, exp.If) and isinstance(node.parent, exp.Case):
                    continue
                name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
                if name not in PORTABLE_FUNCTIONS and name not in ENGINE_MACROS:
                    findings.append(f"function {name}")
    return sorted(set(findings))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_model_is_portable(model: Path) -> None:
    sql = lint_macros.ENVIRONMENT.from_string(model.read_text(encoding="utf-8")).render()
    assert not _findings(sql)


@cache
def _spark_macros() -> dict[str, Any]:
    @jinja2.pass_context
    def dispatch(context: jinja2.runtime.Context, name: str, _: str = "") -> Any:
        return context.get(f"spark__{name}") or context.get(f"default__{name}")

    text = "".join(file.read_text(encoding="utf-8") for file in ENGINE_FILES)
    within = {"adapter": {"dispatch": dispatch}, "return": lambda said: said}
    return vars(lint_macros.ENVIRONMENT.from_string(text).make_module(within))


def _for_spark(sql: str) -> str:
    """Render a model with what the macros of cross_db say to Spark; those of other folders still call them by name."""
    return str(lint_macros.ENVIRONMENT.from_string(sql).render(_spark_macros()))


def test_every_model_is_sql_that_spark_reads() -> None:
    """Traps what a macro says to Spark alone, where no Spark is installed to say so."""
    unread = {}
    for model in MODELS:
        sql = _for_spark(model.read_text(encoding="utf-8"))
        try:
            sqlglot.parse(sql, dialect="spark")
        except sqlglot.errors.ParseError as error:
            unread[model.stem] = str(error)[:200]
    assert not unread
    assert "date_add(a, cast(1 as integer))" in _for_spark("select {{ add_days('a', 1) }} as b")
    with pytest.raises(sqlglot.errors.ParseError):
        sqlglot.parse(_for_spark("select a from t where {{ completed_years('a', 'b)') }} > 1"), dialect="spark")


@pytest.mark.parametrize("sql", ROWS, ids=list(ROWS.values()))
def test_rows_of_unit_tests_are_portable(sql: str) -> None:
    for _ in ("as dbt reads the YAML", "as it compiles the rows"):
        sql = lint_macros.ENVIRONMENT.from_string(sql).render()
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
        ("select 'it''s' as a from t", "an apostrophe or backslash within a text"),
        ("select a from t where a like '%\\_b' escape '^'", "an apostrophe or backslash within a text"),
        ("select list_sum(a) from t", "function list_sum"),
        ("select date_diff('year', a, b) from t", "function datediff"),
        ("select number from range(1, 3) as numbers (number)", "function generate_series"),
        ("select a from unnest(['A', 'B']) as t (a)", "function unnest"),
        ("select a + interval 1 day from t", "an interval"),
        ("select date '2025-03-31' + 1 as day", "a date that is added to"),
    ],
)
def test_what_only_one_engine_knows_is_found(sql: str, finding: str) -> None:
    assert finding in _findings(sql)


def test_every_engine_macro_has_a_default() -> None:
    """Even if only to say, for an engine that has no version of its own, where to write one."""
    text = "".join(file.read_text(encoding="utf-8") for file in ENGINE_FILES)
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'", text))
    assert dispatched
    assert not {name for name in dispatched if f"default__{name}" not in ENGINE_MACROS}
