"""The project's macros as Python callables, for tools that read models without dbt: sqlfluff and tests/graph.

Everything here is what a model's author wrote. Only a macro of macros/cross_db, behind which engines differ, becomes a
plain call of its own name. Macro files are compiled when first used: sqlfluff's own loader compiles all of them anew
for every model, which takes longer than the linting.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

MACROS = Path(__file__).resolve().parents[2] / "macros"
ENGINE_FOLDER = "cross_db"
QUERY_MACROS = {"date_spine": "select spine_day as date_day"}
"""Engine macros that write a query where the others write an expression."""


class Returned(Exception):  # noqa: N818 - not an error: dbt's return() leaves a macro with a value
    """Carries the value of dbt's return() out of a macro."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _return(value: Any) -> None:
    raise Returned(value)


ENVIRONMENT = jinja2.Environment(
    extensions=["jinja2.ext.do"],
    undefined=jinja2.StrictUndefined,
    autoescape=False,  # noqa: S701 - this is SQL, not HTML
)
ENVIRONMENT.globals.update(
    {
        "return": _return,
        "ref": lambda *names: names[-1],
        "source": lambda *names: "_".join(names),
        "var": lambda name, default=None: default,
        "model": {"columns": {}},
        "config": lambda **settings: "",
    }
)


def macro_names(file: Path) -> list[str]:
    """Return the names of the macros that a file defines."""
    return re.findall(r"{%-?\s*macro\s+(\w+)\(", file.read_text(encoding="utf-8"))


@cache
def _module(file: Path) -> Any:
    return ENVIRONMENT.from_string(file.read_text(encoding="utf-8")).module


def _as_written(file: Path, name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(_module(file), name)(*args, **kwargs)
        except Returned as returned:
            return returned.value

    return call


def _as_call(name: str) -> Callable[..., str]:
    def call(*args: Any, **kwargs: Any) -> str:
        flat: list[str] = []
        for arg in (*args, *kwargs.values()):
            flat += [str(item) for item in arg] if isinstance(arg, list) else [str(arg)]
        shown = ", ".join(arg if re.search(r"[\w']", arg) else f"'{arg}'" for arg in flat)
        return QUERY_MACROS.get(name, f"{name}({shown})")

    return call


def load() -> dict[str, Callable[..., Any]]:
    """Return every macro that models may call, by name."""
    macros: dict[str, Callable[..., Any]] = {}
    for file in sorted(MACROS.rglob("*.sql")):
        for name in macro_names(file):
            if file.parent.name != ENGINE_FOLDER:
                macros[name] = _as_written(file, name)
            elif "__" not in name:
                macros[name] = _as_call(name)
    ENVIRONMENT.globals.update(macros)
    return macros


globals().update(load())  # sqlfluff hands the names of this module to the models
