"""Invented authorities whose deliveries are good, and ways to damage them that nobody could read right again.

The good ones are small and tidy: every child has a row in every table, and nobody comes or goes but the few that a
year always has. So whatever is held or rejected, it is for the damage and for nothing else.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

MARK = "KEEPME"  # part of every invented child's number; it may show nowhere but in restricted outputs
DAY = timedelta(days=1)
Row = dict[str, Any]
Tables = dict[str, list[Row]]

COLUMNS = {
    "header": "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
    "episodes": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN",
    "reviews": "CHILD,DOB,REVIEW,REVIEW_CODE",
    "oc2": (
        "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,"
        "SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED"
    ),
    "missing": "CHILD,DOB,MISSING,MIS_START,MIS_END",
    "sw_episodes": "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
    "iro_staff": "iro_id,role,fte,employment,sex,ethnicity,started_on,ended_on",
    "iro_allocations": "child_id,iro_id,allocated_on,ended_on",
    "rag_ratings": "child_id,rating,rated_on,reason",
    "disputes": (
        "dispute_id,child_id,iro_id,raised_on,category,current_stage,resolved_on,resolved_stage,cafcass_referred_on"
    ),
}
IRO_TABLES = ("iro_staff", "iro_allocations", "rag_ratings", "disputes")
SSDA903_TABLES = tuple(name for name in COLUMNS if name not in IRO_TABLES)


class Council:
    """An authority of so many children in care on every 31 March; a few leave in a year and as many come."""

    def __init__(self, la_code: str, children: int, *, mark: str = MARK, numbers: bool = False) -> None:
        self.la_code = la_code
        self.children = children
        self.rng = random.Random(f"damage/{la_code}/{mark}")
        self.mark, self.numbers = mark, numbers
        self.lives: list[Row] = []
        change = max(1, children // 10) if children > 1 else 0
        for place in range(children):
            self.live(date(2021, 4, 10) + self.rng.randint(0, 500) * DAY, None)
            if place < change:  # one leaves in each year, and this one's successor comes in it
                self.lives[-1]["DEC"] = date(2023, 6, 1) + self.rng.randint(0, 250) * DAY
                self.live(date(2023, 5, 3) + self.rng.randint(0, 300) * DAY, date(2024, 6, 1) + 9 * place * DAY)
                self.live(date(2024, 5, 3) + self.rng.randint(0, 300) * DAY, None)

    def live(self, start: date, end: date | None) -> None:
        number = len(self.lives) + 1
        name = f"100235{int(self.la_code)}{number:03}" if self.numbers else f"{self.mark}{self.la_code}{number:03}"
        born = date(2008, 1, 1) + self.rng.randint(0, 4000) * DAY
        self.lives.append({"CHILD": name, "DOB": born, "DECOM": start, "DEC": end, "SEX": self.rng.choice("MF")})

    def in_care(self, year: int) -> int:
        last = date(year, 3, 31)
        return sum(life["DECOM"] <= last and (life["DEC"] is None or life["DEC"] > last) for life in self.lives)

    def ssda903(self, year: int, known_to: date | None = None) -> Tables:
        """The return of a collection year."""
        first, last = date(year - 1, 4, 1), min(date(year, 3, 31), known_to or date(year, 3, 31))
        tables: Tables = {name: [] for name in SSDA903_TABLES}
        for number, life in enumerate(self.lives):
            if life["DECOM"] > last or (life["DEC"] and life["DEC"] < first):
                continue
            dec = life["DEC"] if life["DEC"] and life["DEC"] <= last else None
            key = {"CHILD": life["CHILD"], "DOB": life["DOB"]}
            sex = life["SEX"] if year >= 2025 else {"M": "1", "F": "2"}[life["SEX"]]
            tables["header"].append({**key, "SEX": sex, "ETHNIC": "WBRI", "UPN": "UN3"})
            codes = {"RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "U4", "PLACE_PROVIDER": "PR1"}
            tables["episodes"].append(
                {"CHILD": life["CHILD"], "DECOM": life["DECOM"], **codes, "DEC": dec, "REC": "E4A" if dec else None}
            )
            seen_from = max(first, life["DECOM"] + 20 * DAY)
            for day in (seen_from + (number % 28) * DAY, seen_from + (150 + number % 28) * DAY):
                if day <= (dec or last):
                    tables["reviews"].append({**key, "REVIEW": day, "REVIEW_CODE": "PN1"})
            if life["DECOM"] <= first and dec is None:
                flags = dict.fromkeys(("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT"), "1")
                tables["oc2"].append({**key, **flags, "CONVICTED": "0", "SUBSTANCE_MISUSE": "0", "SDQ_SCORE": "12"})
            if number % 3 == 0 and seen_from + 5 * DAY <= (dec or last):
                days = {"MIS_START": seen_from + 4 * DAY, "MIS_END": seen_from + 5 * DAY}
                tables["missing"].append({**key, "MISSING": "M", **days})
            worker = {"SW_ID": f"SW{self.la_code}1", "SW_DECOM": life["DECOM"], "SW_DEC": dec, "SW_REASON": "FCONTA"}
            tables["sw_episodes"].append({**key, **worker})
        if year < 2024:
            del tables["sw_episodes"]
        return tables

    def iro(self, year: int) -> Tables:
        """The IRO service's extract of a collection year."""
        first, last = date(year - 1, 4, 1), date(year, 3, 31)
        tables: Tables = {name: [] for name in IRO_TABLES}
        tables["iro_staff"] = [
            {"iro_id": f"IRO{n}", "role": "IRO", "fte": "1", "employment": "PERMANENT", "started_on": date(2020, 4, 1)}
            for n in (1, 2)
        ]
        for number, life in enumerate(self.lives):
            if life["DECOM"] > last or (life["DEC"] and life["DEC"] < first):
                continue
            child, officer = {"child_id": life["CHILD"]}, {"iro_id": f"IRO{number % 2 + 1}"}
            dec = life["DEC"] if life["DEC"] and life["DEC"] <= last else None
            tables["iro_allocations"].append({**child, **officer, "allocated_on": life["DECOM"], "ended_on": dec})
            rated_on = max(first, life["DECOM"]) + (number % 28 + 1) * DAY
            if rated_on <= last:
                tables["rag_ratings"].append({**child, "rating": "GREEN", "rated_on": rated_on})
            if rated_on + 20 * DAY <= last:
                raised = {"raised_on": rated_on, "category": "PLACEMENT", "current_stage": "STAGE_1"}
                settled = {"resolved_on": rated_on + 12 * DAY, "resolved_stage": "STAGE_1"}
                dispute = f"D{year}{number}"
                tables["disputes"].append({"dispute_id": dispute, **child, **officer, **raised, **settled})
        return tables


def day_first(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def month_first(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def text_of(
    table: str,
    rows: Iterable[Row],
    columns: list[str] | None = None,
    dates: Callable[[date], str] = day_first,
) -> str:
    names = columns or COLUMNS[table].split(",")
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(names)
    for row in rows:
        values = (row.get(name) for name in names)
        writer.writerow(
            "" if value is None else dates(value) if isinstance(value, date) else str(value) for value in values
        )
    return written.getvalue()


def deliver(
    landing: Path,
    la_code: str,
    dataset: str,
    year: int,
    extracted_on: date,
    files: dict[str, str],
    note: str = "synthetic: true\n",
) -> str:
    """Write a delivery and return what it is called."""
    folder = landing / la_code / dataset / str(year) / extracted_on.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    for table, text in files.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8", newline="")
    (folder / "delivery.yaml").write_text(note)
    return f"{la_code}-{dataset}-{year}-{extracted_on.isoformat()}"


def written(tables: Tables, dates: Callable[[date], str] = day_first) -> dict[str, str]:
    return {table: text_of(table, rows, dates=dates) for table, rows in tables.items()}


SPRING_2024, SPRING_2025, LATE_2025 = date(2024, 4, 20), date(2025, 4, 15), date(2025, 4, 30)


@dataclass
class Case:
    """One authority with one damaged delivery, and what has to become of it."""

    name: str
    la_code: str
    bad: str
    held: bool
    """Whether it has to be held; otherwise a rejected file without which the delivery cannot be used will do too."""
    in_force: str | None = None
    """The good delivery that stays in force for the year, if there is one."""
    looked_after: dict[int, int] = field(default_factory=dict)
    """What is published of the authority: children looked after on 31 March, by year."""

    @property
    def dataset(self) -> str:
        return self.bad.split("-")[1]

    @property
    def year(self) -> int:
        return int(self.bad.split("-")[2])


Damage = Callable[[Council, int], dict[str, str]]
"""The files of a damaged return (or extract) of a collection year."""


def replaced(tables: Tables, **texts: str) -> dict[str, str]:
    return {**written(tables), **texts}


def half_the_columns(table: str) -> Damage:
    def damage(council: Council, year: int) -> dict[str, str]:
        tables = council.ssda903(year)
        names = COLUMNS[table].split(",")
        return replaced(tables, **{table: text_of(table, tables[table], names[: (len(names) + 1) // 2])})

    return damage


def cut_off_in_the_middle(council: Council, year: int) -> dict[str, str]:
    files = written(council.ssda903(year))
    files["episodes"] = files["episodes"][: len(files["episodes"]) // 2]
    return files


def half_the_children_gone(council: Council, year: int) -> dict[str, str]:
    """As when the export of each file stopped at a page: whole lines, and nothing says that some are missing."""
    tables = council.ssda903(year)
    stay = {row["CHILD"] for row in tables["header"][: len(tables["header"]) // 2]}
    return written({table: [row for row in rows if row["CHILD"] in stay] for table, rows in tables.items()})


def scientific(*of_tables: str) -> Damage:
    """What Excel makes of numbers of twelve digits, written as text."""

    def damage(council: Council, year: int) -> dict[str, str]:
        tables = council.ssda903(year)
        for table in of_tables or tables:
            for row in tables[table]:
                row["CHILD"] = f"{int(row['CHILD']):.5E}".replace("E+0", "E+")
        return written(tables)

    return damage


def renumbered(*of_tables: str) -> Damage:
    """Another system's numbers, in some files or in all."""

    def damage(council: Council, year: int) -> dict[str, str]:
        tables = council.iro(year) if set(of_tables) & set(IRO_TABLES) else council.ssda903(year)
        for table in of_tables or tables:
            for row in tables[table]:
                name = "CHILD" if "CHILD" in row else "child_id"
                if name in row:
                    row[name] = f"{council.mark}X{int(row[name][-3:]) * 7 + 90_000}"
        return written(tables)

    return damage


def of_another_year(shift: int, dataset: str = "ssda903") -> Damage:
    """The return of the year after, or before, the folder's."""

    def damage(council: Council, year: int) -> dict[str, str]:
        return written(council.iro(year + shift) if dataset == "iro" else council.ssda903(year + shift))

    return damage


def of_another_authority(council: Council, year: int) -> dict[str, str]:
    other = Council(council.la_code, council.children, mark=f"{MARK}Q")
    for place, life in enumerate(other.lives):
        life["CHILD"] = f"{MARK}Q{place * 13 + 40_000}"
    return written(other.ssda903(year))


def mixed_dates(table: str) -> Damage:
    """Every second row month first, and days above 12 in both halves."""

    def damage(council: Council, year: int) -> dict[str, str]:
        tables = council.ssda903(year)
        rows = tables[table]
        lines = [text_of(table, [row], dates=(day_first, month_first)[at % 2]) for at, row in enumerate(rows)]
        header = lines[0].splitlines(keepends=True)[0]
        return replaced(tables, **{table: header + "".join("".join(line.splitlines(True)[1:]) for line in lines)})

    return damage


def undecidable_dates(council: Council, year: int) -> dict[str, str]:
    """Every other file is month first; in Episodes no day is above 12, so that nothing there says which it is."""
    tables = council.ssda903(year)
    files = written(tables, month_first)
    for row in tables["episodes"]:
        for name in ("DECOM", "DEC"):
            if row[name]:
                row[name] = row[name].replace(day=row[name].day % 12 + 1)
        if row["DECOM"].day == row["DECOM"].month:
            row["DECOM"] += DAY if row["DECOM"].day < 12 else -DAY
    return {**files, "episodes": text_of("episodes", tables["episodes"], dates=day_first)}


def every_row(table: str, dataset: str = "ssda903", **values: Any) -> Damage:
    """A value that nobody can use in every row: a text, or what a function makes of the row."""

    def damage(council: Council, year: int) -> dict[str, str]:
        tables = council.iro(year) if dataset == "iro" else council.ssda903(year)
        for row in tables[table]:
            row.update({name: value(row) if callable(value) else value for name, value in values.items()})
        return written(tables)

    return damage


def some_rows(table: str, share: float, **values: Any) -> Damage:
    def damage(council: Council, year: int) -> dict[str, str]:
        tables = council.ssda903(year)
        for row in tables[table][: int(len(tables[table]) * share)]:
            row.update(values)
        return written(tables)

    return damage


def without(*tables: str, dataset: str = "ssda903") -> Damage:
    def damage(council: Council, year: int) -> dict[str, str]:
        files = written(council.iro(year) if dataset == "iro" else council.ssda903(year))
        return {table: text for table, text in files.items() if table not in tables}

    return damage


def only(*tables: str) -> Damage:
    return without(*(table for table in SSDA903_TABLES if table not in tables))


def two_versions(council: Council, year: int) -> dict[str, str]:
    """An older cut of Episodes, in which nobody had left yet, beside the one that is meant."""
    tables = council.ssda903(year)
    older = text_of("episodes", [row | {"DEC": None, "REC": None, "PLACE": "U1"} for row in tables["episodes"]])
    return {**written(tables), "old episodes": older}


def second_part_without_column_names(council: Council, year: int) -> dict[str, str]:
    files = written(council.ssda903(year))
    lines = files["episodes"].splitlines(keepends=True)
    half = len(lines) // 2
    return {**files, "episodes": "".join(lines[:half]), "episodes part 2": "".join(lines[half:])}


def changed_rows_only(council: Council, year: int) -> dict[str, str]:
    return written({table: rows[:4] for table, rows in council.iro(year).items()})


def before_start(row: Row) -> date:
    start: date = row["DECOM"]
    return start - 30 * DAY


class Land:
    """The landing zone in the making: authorities with real codes, each handed out once."""

    def __init__(self, landing: Path, la_codes: list[str]) -> None:
        self.landing = landing
        self.codes = iter(la_codes)
        self.cases: list[Case] = []
        self.councils: dict[str, Council] = {}

    def council(self, children: int, *, la_code: str = "", numbers: bool = False) -> Council:
        council = Council(la_code or next(self.codes), children, numbers=numbers)
        self.councils[council.la_code] = council
        return council

    def good(self, council: Council, year: int, extracted_on: date, dataset: str = "ssda903") -> str:
        tables = council.iro(year) if dataset == "iro" else council.ssda903(year)
        return deliver(self.landing, council.la_code, dataset, year, extracted_on, written(tables))

    def alone(self, name: str, children: int, damage: Damage, *, held: bool = True, **more: Any) -> Case:
        """The damaged return is all that the authority ever delivered."""
        council = self.council(children, **more)
        bad = deliver(self.landing, council.la_code, "ssda903", 2025, LATE_2025, damage(council, 2025))
        return self.add(Case(f"{name}, first delivery of {children}", council.la_code, bad, held))

    def after_an_extract(self, name: str, children: int, damage: Damage, *, held: bool = True, **more: Any) -> Case:
        """A good extract of the year came a fortnight before."""
        council = self.council(children, **more)
        good = self.good(council, 2025, SPRING_2025)
        bad = deliver(self.landing, council.la_code, "ssda903", 2025, LATE_2025, damage(council, 2025))
        figures = {2025: council.in_care(2025)}
        return self.add(Case(f"{name}, {children} after a good extract", council.la_code, bad, held, good, figures))

    def after_a_year(self, name: str, children: int, damage: Damage, *, held: bool = True, **more: Any) -> Case:
        """The return of the year before was good."""
        council = self.council(children, **more)
        self.good(council, 2024, SPRING_2024)
        bad = deliver(self.landing, council.la_code, "ssda903", 2025, LATE_2025, damage(council, 2025))
        figures = {2024: council.in_care(2024)}
        return self.add(Case(f"{name}, {children} after a good year", council.la_code, bad, held, None, figures))

    def iro(self, name: str, children: int, damage: Damage, year: int = 2025, *, earlier: bool = True) -> Case:
        """Both returns are good, and the second extract of the IRO service is not."""
        council = self.council(children)
        self.good(council, 2024, SPRING_2024)
        self.good(council, 2025, SPRING_2025)
        good = self.good(council, year, date(year, 4, 15), "iro") if earlier else None
        bad = deliver(self.landing, council.la_code, "iro", year, LATE_2025, damage(council, year))
        figures = {2024: council.in_care(2024), 2025: council.in_care(2025)}
        return self.add(Case(f"{name}, IRO extract of {children}", council.la_code, bad, True, good, figures))

    def add(self, case: Case) -> Case:
        self.cases.append(case)
        return case


def damage_everything(land: Land) -> None:
    """Every kind of damage at two sizes or more, first and after something good."""
    columns = half_the_columns("episodes")
    land.alone("half the columns of Episodes", 15, columns, held=False)
    land.after_an_extract("half the columns of Episodes", 28, columns, held=False)
    land.after_an_extract("half the columns of Header", 16, half_the_columns("header"), held=False)

    land.after_an_extract("Episodes cut off in the middle", 16, cut_off_in_the_middle)
    land.after_an_extract("Episodes cut off in the middle", 30, cut_off_in_the_middle)
    land.after_a_year("Episodes cut off in the middle", 70, cut_off_in_the_middle)
    land.after_an_extract("half the children gone from every file", 20, half_the_children_gone)
    land.after_a_year("half the children gone from every file", 70, half_the_children_gone)

    land.alone("numbers in scientific notation", 14, scientific(), held=False, numbers=True)
    land.alone("numbers in scientific notation in Episodes", 20, scientific("episodes"), held=False, numbers=True)
    land.after_an_extract("numbers in scientific notation", 25, scientific(), held=False, numbers=True)
    land.after_an_extract("numbers in scientific notation in Episodes", 14, scientific("episodes"), held=False,
                          numbers=True)  # fmt: skip

    land.alone("other numbers in Episodes than in the rest", 15, renumbered("episodes"))
    land.after_an_extract("other numbers in Episodes than in the rest", 26, renumbered("episodes"))
    land.after_an_extract("other numbers in every file", 14, renumbered())
    land.after_an_extract("other numbers in every file", 30, renumbered())
    land.after_a_year("other numbers in every file", 18, renumbered())
    land.iro("other numbers", 20, renumbered("iro_allocations", "rag_ratings", "disputes"))
    land.iro("other numbers, the first", 16, renumbered("iro_allocations", "rag_ratings", "disputes"), earlier=False)

    land.after_a_year("the return of the year before", 14, of_another_year(-1))
    land.after_a_year("the return of the year before", 30, of_another_year(-1))
    for children in (14, 28):  # the return of 2024/25 in the folder 2024
        council = land.council(children)
        files = of_another_year(+1)(council, 2024)
        bad = deliver(land.landing, council.la_code, "ssda903", 2024, LATE_2025, files)
        land.add(Case(f"the return of the year after, first delivery of {children}", council.la_code, bad, True))
        council = land.council(children + 1)
        good = land.good(council, 2024, SPRING_2024)
        files = of_another_year(+1)(council, 2024)
        bad = deliver(land.landing, council.la_code, "ssda903", 2024, LATE_2025, files)
        figures = {2024: council.in_care(2024)}
        name = f"the return of the year after, {council.children} after a good extract"
        land.add(Case(name, council.la_code, bad, True, good, figures))
    land.iro("the extract of the year after", 15, of_another_year(+1, "iro"), 2024)
    land.iro("the extract of the year after, the first", 24, of_another_year(+1, "iro"), 2024, earlier=False)

    land.alone("Episodes with days and months in both orders", 15, mixed_dates("episodes"))
    land.after_an_extract("Episodes with days and months in both orders", 26, mixed_dates("episodes"))
    land.after_an_extract("Header with days and months in both orders", 18, mixed_dates("header"))
    land.alone("Episodes of no decidable order among files month first", 15, undecidable_dates)
    land.after_an_extract("Episodes of no decidable order among files month first", 24, undecidable_dates)

    for name, damage in {
        "every DEC unreadable": every_row("episodes", DEC="not known", REC="E8"),
        "every end before its start": every_row("episodes", DEC=before_start, REC="E8"),
        "every legal status unknown": every_row("episodes", LS="QQ"),
        "every code unknown": every_row("episodes", RNE="?", LS="QQ", CIN="QQ", PLACE="QQ", PLACE_PROVIDER="QQ"),
        "every DECOM unreadable": every_row("episodes", DECOM="soon"),
        "every number blank": every_row("episodes", CHILD=""),
    }.items():
        land.alone(name, 12, damage, held=False)
        land.after_an_extract(name, 22, damage, held=False)
    land.after_an_extract("four in ten rows rejected", 24, some_rows("episodes", 0.4, LS="QQ"))
    land.after_a_year("four in ten rows rejected", 30, some_rows("episodes", 0.4, LS="QQ"))

    own_words = every_row("oc2", IMMUNISATIONS="Up to date", TEETH_CHECK="Seen", HEALTH_ASSESSMENT="Had one")
    land.alone("OC2 in words of its own", 12, own_words)
    land.after_an_extract("OC2 in words of its own", 24, own_words)
    land.after_an_extract("sex in words of its own", 14, every_row("header", SEX="Child"))
    land.alone("two versions of Episodes", 12, two_versions)
    land.after_an_extract("two versions of Episodes", 26, two_versions)
    land.alone("the second half of Episodes without column names", 16, second_part_without_column_names)
    land.iro("full-time equivalents in hours", 14, every_row("iro_staff", "iro", fte="37"))
    land.iro("changed rows only", 22, changed_rows_only)

    land.after_an_extract("Reviews gone", 14, without("reviews"))
    land.after_an_extract("OC2 gone", 26, without("oc2"))
    land.after_an_extract("Missing and Reviews gone", 20, without("missing", "reviews"))
    land.iro("Disputes gone", 26, without("disputes", dataset="iro"))
    land.iro("Allocations and ratings gone", 14, without("iro_allocations", "rag_ratings", dataset="iro"))

    for code, children in (("999", 12), ("000", 25)):  # no authority has these
        land.alone("an authority that nobody knows", children, lambda council, year: written(council.ssda903(year)),
                   la_code=code)  # fmt: skip
    land.after_a_year("the return of another authority", 15, of_another_authority)
    land.after_a_year("the return of another authority", 30, of_another_authority)
    land.after_an_extract("the return of another authority", 20, of_another_authority)

    land.alone("nothing but Header", 14, only("header"), held=False)
    land.after_an_extract("nothing but Header", 24, only("header"), held=False)
    land.after_an_extract("Episodes without rows", 14, lambda council, year: replaced(
        council.ssda903(year), episodes=text_of("episodes", [])), held=False)  # fmt: skip
