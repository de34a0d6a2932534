"""Which folder of models reads which: the table and the drawing of docs/layers.md, from dbt's manifest."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

BEGIN = "<!-- Written by scripts/generate_diagrams.py from here to the end mark. -->\n"
END = "<!-- end -->"
_WITH_ROOMS = ("intermediate", "marts")
"""Layers whose folders are rooms of their own."""


def layers_page(page: str, manifest: Mapping[str, Any]) -> str:
    """Return docs/layers.md with its drawing and its table as the manifest gives them now."""
    models = {id: node for id, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    reads: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    for node in models.values():
        counts[_room(node)] += 1
        for parent in node["depends_on"]["nodes"]:
            if parent in models and _room(models[parent]) != _room(node):
                reads[_room(node)].add(_room(models[parent]))
    lines = ["```mermaid", "flowchart LR"]
    lines += [
        f"    {_name(read)} --> {_name(room)}" for room in sorted(counts) for read in sorted(_nearest(room, reads))
    ]
    lines += ["```", "", "| folder | models | reads |", "| --- | ---: | --- |"]
    lines += [
        f"| `{room}` | {counts[room]} | {', '.join(f'`{read}`' for read in sorted(reads[room]))} |"
        for room in sorted(counts)
    ]
    before, rest = page.split(BEGIN)
    return before + BEGIN + "\n" + "\n".join(lines) + "\n\n" + END + rest.split(END)[1]


def _room(node: Mapping[str, Any]) -> str:
    _, layer, *inner = node["fqn"][:-1]
    return f"{layer}/{inner[0]}" if layer in _WITH_ROOMS and inner else str(layer)


def _nearest(room: str, reads: Mapping[str, set[str]]) -> set[str]:
    """Return what a room reads and reaches by no other one: without these lines the drawing could not be read."""
    direct = reads.get(room, set())
    return {read for read in direct if not any(_reaches(other, read, reads, {room}) for other in direct - {read})}


def _reaches(room: str, wanted: str, reads: Mapping[str, set[str]], seen: set[str]) -> bool:
    seen.add(room)
    return any(
        read == wanted or (read not in seen and _reaches(read, wanted, reads, seen)) for read in reads.get(room, ())
    )


def _name(room: str) -> str:
    return f'{room.replace("/", "_")}["{room}"]'
