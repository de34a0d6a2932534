"""From children and periods to figures: the metrics of the catalogue that SSDA903 gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import NamedTuple

from . import codes, rules
from .reader import Return, collection_year, read_returns
from .rules import Child, Episode, Grid, Period


class Figure(NamedTuple):
    numerator: float | None
    denominator: float | None
    value: float | None
    display: str
    undetermined: int | None = None


Key = tuple[str, date, str, str, str]
Attributes = dict[str, str]

# --- categories -----------------------------------------------------------------------------------------

AGE_BANDS = ["Under 1 year", "1 to 4 years", "5 to 9 years", "10 to 15 years", "16 years and over"]
AGE_BANDS_ON_CEASING = [*AGE_BANDS[:4], "16 years", "17 years", "18 years and over"]
EXIT_GROUPS = {
    "Adopted": ("E11", "E12"),
    "Special guardianship order": ("E43", "E44", "E45", "E46", "E47", "E48"),
    "Residence order or child arrangement order granted": ("E41",),
    "Returned home": ("E4A", "E4B"),
    "Living with parents, relatives or other person": ("E13",),
    "Moved into independent living": ("E5", "E6"),
    "Aged 18 or over and remained with carers": ("E17",),
    "Care taken by another local authority": ("E3",),
    "Sentenced to custody": ("E9",),
}
EXIT_GROUP_OF = {code: group for group, exits in EXIT_GROUPS.items() for code in exits}

LEGAL_PERMANENCE = {"E11", "E12", "E41", "E43", "E44", "E45", "E46", "E47", "E48"}
PERMANENCE = LEGAL_PERMANENCE | {"E4A", "E4B", "E13"}
PLANNED_PERMANENCE = PERMANENCE - {"E4B"}
TAKEN_INTO_CARE = {"C1", "C2", "L1", "L2"}


def distinct(labels: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(label for label in labels if label is not None))


NOT_REPORTED = "Placement provider not reported"
CLOSED: dict[str, list[str]] = {
    "age_band": AGE_BANDS,
    "sex": ["Male", "Female", "Unknown"],
    "ethnicity_group": distinct(codes.ETHNICITY.values()),
    "uasc": ["UASC", "Not UASC"],
    "legal_status_group": distinct(group for group in codes.LEGAL_STATUS.values() if group != "EXCLUDED (respite)"),
    "placement_group": distinct(group for group in codes.PLACEMENT_TYPE.values() if group != "(temporary)"),
    "placement_detail": distinct(
        description
        for code, description in codes.PLACEMENT_DESCRIPTIONS.items()
        if code not in codes.RETIRED_PLACEMENTS and code not in rules.TEMPORARY
    ),
    "provider_group": [*distinct(codes.PLACEMENT_PROVIDER.values()), NOT_REPORTED],
    "locality": ["Inside the authority", "Outside the authority", "Not known"],
    "distance_band": ["20 miles or less", "More than 20 miles", "Not known"],
    "category_of_need": distinct(codes.CATEGORY_OF_NEED.values()),
    "exit_group": [*EXIT_GROUPS, "Other"],
    "exit_reason": distinct(group for code, group in codes.REC.items() if code != "X1"),
    "care_leaver_age": ["17 to 18 years", "19 to 21 years"],
}
CLOSED_ON_CEASING = {**CLOSED, "age_band": AGE_BANDS_ON_CEASING}

AT_PERIOD_END = [
    "age_band",
    "sex",
    "ethnicity_group",
    "uasc",
    "legal_status_group",
    "placement_group",
    "placement_detail",
    "provider_group",
    "locality",
    "distance_band",
    "category_of_need",
]
ON_STARTING = [
    "age_band",
    "sex",
    "ethnicity_group",
    "uasc",
    "legal_status_group",
    "placement_group",
    "category_of_need",
]
ON_CEASING = ["age_band", "exit_group", "exit_reason", "sex", "ethnicity_group", "uasc"]
WHO = ["age_band", "sex", "ethnicity_group"]


def age_band(age: int | None) -> str:
    if age is None:
        return "Unknown"
    limits = ((1, AGE_BANDS[0]), (5, AGE_BANDS[1]), (10, AGE_BANDS[2]), (16, AGE_BANDS[3]))
    return next((band for limit, band in limits if age < limit), AGE_BANDS[4])


def age_band_on_ceasing(age: int | None) -> str:
    if age is None or age < 16:
        return age_band(age)
    return {16: "16 years", 17: "17 years"}.get(age, "18 years and over")


# --- rounding and display -------------------------------------------------------------------------------


def half_up(number: Fraction, decimals: int = 0) -> str:
    """Rounded half up (definitions 0), exactly, as text."""
    scale = 10**decimals
    sign = "-" if number < 0 else ""
    scaled = (abs(number) * scale * 2 + 1) // 2
    whole, rest = divmod(scaled, scale)
    if not scaled:
        sign = ""
    return f"{sign}{whole}.{rest:0{decimals}d}" if decimals else f"{sign}{whole}"


def count_figure(number: int, undetermined: int | None = None) -> Figure:
    return Figure(number, None, number, str(number), undetermined)


def ratio_figure(numerator: int, denominator: int, factor: int, undetermined: int | None = None) -> Figure:
    """A percentage or a rate: whole number, k when it rounds to nothing but is something, z for 0/0."""
    if not denominator:
        return Figure(numerator, denominator, None, "z", undetermined)
    whole = (2 * factor * numerator + denominator) // (2 * denominator)
    display = "k" if numerator and not whole else str(whole)
    return Figure(numerator, denominator, factor * numerator / denominator, display, undetermined)


def percent(numerator: int, denominator: int, undetermined: int | None = None) -> Figure:
    return ratio_figure(numerator, denominator, 100, undetermined)


def mean_figure(total: Fraction, denominator: int, undetermined: int | None = None) -> Figure:
    number = float(total) if total.denominator != 1 else int(total)
    if not denominator:
        return Figure(number, denominator, None, "z", undetermined)
    value = total / denominator
    return Figure(number, denominator, float(value), half_up(value, 1), undetermined)


def months(start: date, end: date) -> Fraction:
    """Days over (365.25 / 12), unrounded."""
    return Fraction((end - start).days * 12 * 100, 36525)


# --- one authority --------------------------------------------------------------------------------------


class Authority:
    """The children of one authority, and what its returns hold."""

    def __init__(
        self,
        returns: dict[int, Return],
        la_code: str,
        populations: dict[tuple[str, int], int] | None = None,
        grid: Grid | None = None,
    ) -> None:
        self.returns = returns
        self.la_code = la_code
        self.populations = populations or {}
        self.children: list[Child] = list(rules.build_children(returns, la_code, grid).values())
        self.out: dict[Key, Figure] = {}

    def delivered(self, table: str, year: int) -> bool:
        return year in self.returns and self.returns[year].delivered(table)

    def figures(self) -> dict[Key, Figure]:
        for period in rules.rule_20_periods(self.returns):
            Run(self, period).all()
        return self.out


class Run:
    """All figures of one period."""

    def __init__(self, authority: Authority, period: Period) -> None:
        self.authority = authority
        self.period = period
        # What happened over the period is told by every return it touches; what is true at its end, by the last.
        self.years = {collection_year(period.start), collection_year(period.end)}
        start, end = period.start, period.end
        self.in_year = [child for child in authority.children if rules.rule_2_looked_after_in(child, start, end)]
        self.live = [
            (child, episode) for child in self.in_year if (episode := rules.rule_5_live_episode(child, end)) is not None
        ]
        self.started = [
            (child, episode)
            for child in self.in_year
            if (episode := rules.rule_16_start(child, start, end)) is not None
        ]
        self.ceased = [
            (child, episode)
            for child in self.in_year
            if (episode := rules.rule_16_cease(child, start, end)) is not None
        ]

    def all(self) -> None:
        self.population()
        self.placement()
        self.stability()
        self.entering()
        self.leaving()
        self.permanence()
        self.missing()
        if self.period.financial:
            self.health()
            self.care_leavers()

    def all_delivered(self, table: str, years: set[int]) -> bool:
        return all(self.authority.delivered(table, year) for year in years)

    # --- emitting ---

    def put(self, metric: str, breakdown: str, category: str, figure: Figure) -> None:
        self.authority.out[self.period.kind, self.period.end, metric, breakdown, category] = figure

    def headline(self, metric: str, figure: Figure) -> None:
        self.put(metric, "all", "all", figure)

    def by_category(
        self,
        metric: str,
        breakdown: str,
        closed: dict[str, list[str]],
        members: list[Attributes],
        figure: Callable[[str], Figure],
    ) -> None:
        """A row for every closed category, and for others where they occur among the members."""
        occurring = {attributes[breakdown] for attributes in members}
        for category in closed[breakdown]:
            self.put(metric, breakdown, category, figure(category))
        for category in sorted(occurring - set(closed[breakdown])):
            self.put(metric, breakdown, category, figure(category))

    def count_rate_share(
        self, name: str, members: list[Attributes], breakdowns: list[str], closed: dict[str, list[str]]
    ) -> None:
        total = len(members)
        self.headline(name, count_figure(total))
        self.rate(f"{name}_rate", total)
        for breakdown in breakdowns:
            years = {self.period.year} if name == "children_looked_after" else self.years
            if breakdown == "uasc" and not self.all_delivered("uasc", years):
                continue
            counts = Counter(attributes[breakdown] for attributes in members)
            self.by_category(name, breakdown, closed, members, lambda c, n=counts: count_figure(n[c]))
            self.by_category(f"{name}_share", breakdown, closed, members, lambda c, n=counts: percent(n[c], total))

    def rate(self, metric: str, count: int) -> None:
        population = rules.rule_17_population(self.authority.populations, self.authority.la_code, self.period.year)
        if population is not None:
            self.headline(metric, ratio_figure(count, population, 10_000))

    def percent_by(
        self,
        metric: str,
        members: list[tuple[Attributes, bool]],
        breakdowns: list[str],
        undecided: list[Attributes] | None = None,
    ) -> None:
        """A percentage and its breakdowns; `undecided` children are in no denominator but are counted."""

        def undetermined(breakdown: str | None = None, category: str | None = None) -> int | None:
            if undecided is None:
                return None
            return sum(breakdown is None or who[breakdown] == category for who in undecided)

        self.headline(metric, percent(sum(hit for _, hit in members), len(members), undetermined()))
        for breakdown in breakdowns:
            every = Counter(who[breakdown] for who, _ in members)
            hits = Counter(who[breakdown] for who, hit in members if hit)
            self.by_category(
                metric,
                breakdown,
                CLOSED,
                [who for who, _ in members] + (undecided or []),
                lambda c, h=hits, e=every, b=breakdown: percent(h[c], e[c], undetermined(b, c)),
            )

    # --- attributes ---

    def who(self, child: Child, day: date) -> Attributes:
        return {
            "age_band": age_band(rules.rule_4_age(child.dob, day)),
            "sex": child.sex,
            "ethnicity_group": child.ethnicity_group,
        }

    def care_attributes(self, child: Child, episode: Episode, day: date) -> Attributes:
        placed = rules.rule_6_placement_episode(episode)
        miles = rules.rule_8_miles(child, placed, day)
        place = placed.place if placed is not None else None
        if placed is None:
            group, detail = "Other placements", "Unknown"
        elif place is None:
            group = detail = "Unknown"
        else:
            group = codes.PLACEMENT_TYPE[place] or "Unknown"
            detail = codes.PLACEMENT_DESCRIPTIONS[place]
        provider = placed.provider if placed is not None else None
        return {
            **self.who(child, day),
            "uasc": "UASC" if rules.rule_7_uasc(child, day) else "Not UASC",
            "legal_status_group": (codes.LEGAL_STATUS[episode.ls] if episode.ls else None) or "Unknown",
            "placement_group": group,
            "placement_detail": detail,
            "provider_group": codes.PLACEMENT_PROVIDER[provider] or "" if provider else NOT_REPORTED,
            "locality": placed.locality if placed is not None else "Not known",
            "distance_band": (
                "Not known" if miles is None else "More than 20 miles" if miles > 20 else "20 miles or less"
            ),
            "category_of_need": rules.rule_18_category_of_need(episode),
        }

    # --- sections of the catalogue ---

    def population(self) -> None:
        self.live_attributes = [self.care_attributes(child, episode, self.period.end) for child, episode in self.live]
        self.count_rate_share("children_looked_after", self.live_attributes, AT_PERIOD_END, CLOSED)
        self.headline("looked_after_in_year", count_figure(len(self.in_year)))

    def placement(self) -> None:
        live = self.live_attributes
        far = [who for who in live if who["distance_band"] == "More than 20 miles"]
        self.headline("placed_over_20_miles", percent(len(far), len(live)))
        outside = [who for who in far if who["locality"] == "Outside the authority"]
        self.headline("placed_over_20_miles_outside_authority", percent(len(outside), len(live)))
        unregulated = 0
        for child, episode in self.live:
            placed = rules.rule_6_placement_episode(episode)
            place = placed.place if placed is not None else None
            age = rules.rule_4_age(child.dob, self.period.end)
            if age is not None and 0 <= age < 16 and place is not None:
                unregulated += place in {"K3", "H5", "P2"} or place.startswith("Z")
        self.headline("under_16_unregulated", count_figure(unregulated))

    def stability(self) -> None:
        start, end = self.period.start, self.period.end
        placements = [
            (who, rules.rule_10_placements(child, start, end) >= 3)
            for (child, _), who in zip(self.live, self.live_attributes, strict=True)
        ]
        self.percent_by("three_or_more_placements", placements, WHO)
        members, undecided = [], []
        for (child, episode), who in zip(self.live, self.live_attributes, strict=True):
            verdict, stable = rules.rule_11_long_term(child, episode, end)
            if verdict == "in":
                members.append((who, stable))
            elif verdict == "undetermined":
                undecided.append(who)
        self.percent_by("long_term_placement_stability", members, WHO[1:], undecided)
        if self.period.financial and self.authority.delivered("sw_episodes", self.period.year):
            many = sum(rules.rule_12_social_workers(child, start, end) >= 3 for child, _ in self.live)
            self.headline("social_worker_changes", percent(many, len(self.live)))

    def entering(self) -> None:
        members = [self.care_attributes(child, episode, episode.decom) for child, episode in self.started]
        self.count_rate_share("started_looked_after", members, ON_STARTING, CLOSED)
        taken = sum(episode.ls in TAKEN_INTO_CARE for _, episode in self.started)
        self.headline("taken_into_care", count_figure(taken))
        if self.all_delivered("prev_perm", self.years):
            records = [
                row["PREV_PERM"]
                for child, episode in self.started
                if (row := child.prev_perm.get(collection_year(episode.decom))) is not None
            ]
            earlier = sum(code is not None and code != "Z1" for code in records)
            self.headline("re_entered_after_permanence", percent(earlier, len(records)))

    def leaving(self) -> None:
        members = []
        stays: list[tuple[str, Fraction | None]] = []  # exit group, months or None when left-censored
        for child, episode in self.ceased:
            assert episode.dec is not None and episode.rec is not None and episode.period is not None
            group = EXIT_GROUP_OF.get(episode.rec, "Other")
            members.append(
                {
                    "age_band": age_band_on_ceasing(rules.rule_4_age(child.dob, episode.dec)),
                    "exit_group": group,
                    "exit_reason": codes.REC[episode.rec] or "Unknown",
                    "sex": child.sex,
                    "ethnicity_group": child.ethnicity_group,
                    "uasc": "UASC" if rules.rule_7_uasc(child, episode.dec, ceasing=True) else "Not UASC",
                }
            )
            censored = episode.period.left_censored
            stays.append((group, None if censored else months(episode.period.start, episode.dec)))
        self.count_rate_share("ceased_looked_after", members, ON_CEASING, CLOSED_ON_CEASING)

        def time_in_care(chosen: list[Fraction | None]) -> Figure:
            known = sorted(stay for stay in chosen if stay is not None)
            undetermined = len(chosen) - len(known)
            if not known:
                return Figure(None, 0, None, "z", undetermined)
            middle = median(known)
            return Figure(None, len(known), float(middle), half_up(middle, 1), undetermined)

        self.headline("time_in_care_on_leaving", time_in_care([stay for _, stay in stays]))
        for group in CLOSED["exit_group"]:
            chosen = [stay for exit_group, stay in stays if exit_group == group]
            self.put("time_in_care_on_leaving", "exit_group", group, time_in_care(chosen))

    def permanence(self) -> None:
        total = len(self.ceased)
        for metric, exits in (
            ("left_to_permanence", PERMANENCE),
            ("left_to_legal_permanence", LEGAL_PERMANENCE),
            ("left_to_planned_permanence", PLANNED_PERMANENCE),
        ):
            self.headline(metric, percent(sum(e.rec in exits for _, e in self.ceased), total))
        if not self.all_delivered("ad1", self.years):
            return
        waits, undetermined = [], 0
        for child, episode in self.ceased:
            assert episode.dec is not None and episode.period is not None
            row = child.ad1.get(collection_year(episode.dec))
            if episode.rec not in ("E11", "E12") or row is None or row["DATE_INT"] is None:
                continue
            if episode.period.left_censored:
                undetermined += 1
            else:
                waits.append(months(episode.period.start, row["DATE_INT"]))
        self.headline(
            "adoption_months_entry_to_placement", mean_figure(sum(waits, Fraction(0)), len(waits), undetermined)
        )

    def missing(self) -> None:
        start, end = self.period.start, self.period.end
        if not self.all_delivered("missing", self.years):
            return
        members = [(self.who(child, end), rules.rule_15_incidents(child, "M", start, end)) for child in self.in_year]
        self.percent_by("missing_from_placement", [(who, n > 0) for who, n in members], WHO)
        away = sum(rules.rule_15_incidents(child, "A", start, end) > 0 for child in self.in_year)
        self.headline("away_without_authorisation", percent(away, len(self.in_year)))
        incidents = sum(n for _, n in members)
        self.headline("missing_incidents", count_figure(incidents))
        self.headline("missing_incidents_per_child", mean_figure(Fraction(incidents), sum(n > 0 for _, n in members)))

    def health(self) -> None:
        start, end, year = self.period.start, self.period.end, self.period.year
        if not self.authority.delivered("oc2", year):
            return
        cohort = [
            (rules.rule_4_age(child.dob, end), child.oc2.get(year, {}))
            for child, _ in self.live
            if rules.rule_13_in_oc2_cohort(child, start, end)
        ]

        def share(metric: str, column: str, youngest: int | None = None, oldest: int | None = None) -> None:
            chosen = [
                row
                for age, row in cohort
                if (youngest is None and oldest is None)
                or (age is not None and (youngest or 0) <= age and (oldest is None or age <= oldest))
            ]
            self.headline(metric, percent(sum(row.get(column) == "1" for row in chosen), len(chosen)))

        share("convicted", "CONVICTED", youngest=10)
        share("health_assessment", "HEALTH_ASSESSMENT")
        share("dental_check", "TEETH_CHECK")
        share("immunisations", "IMMUNISATIONS")
        share("development_check", "HEALTH_CHECK", oldest=4)
        share("substance_misuse", "SUBSTANCE_MISUSE")
        aged = [row for age, row in cohort if age is not None and 5 <= age <= 16]
        scores = [row["SDQ_SCORE"] for row in aged if row.get("SDQ_SCORE") is not None]
        self.headline("sdq_score_received", percent(len(scores), len(aged)))
        self.headline("sdq_average", mean_figure(Fraction(sum(scores)), len(scores)))
        self.headline("sdq_cause_for_concern", percent(sum(s >= 17 for s in scores), len(scores)))

    def care_leavers(self) -> None:
        end, year = self.period.end, self.period.year
        if not self.authority.delivered("oc3", year):
            return
        for category, ages in (("17 to 18 years", (17, 18)), ("19 to 21 years", (19, 20, 21))):
            cohort = [
                child.oc3[year]
                for child in self.authority.children
                if year in child.oc3
                and child.oc3[year]["IN_TOUCH"] not in ("DIED", "RHOM")
                and rules.rule_14_last_rec(child, end) != "E3"
                and rules.rule_4_age(child.dob, end) in ages
            ]
            total = len(cohort)
            in_touch = sum(row["IN_TOUCH"] == "YES" for row in cohort)
            occupied = sum((row["ACTIV"] or "")[:1] in ("F", "P") for row in cohort)
            housed = [row["ACCOM"] or "" for row in cohort if (row["ACCOM"] or "")[:1] not in ("G", "H", "R")]
            suitable = sum(code.endswith("1") for code in housed)
            for metric, figure in (
                ("care_leavers_in_touch", percent(in_touch, total)),
                ("care_leavers_in_education_employment_training", percent(occupied, total)),
                ("care_leavers_suitable_accommodation", percent(suitable, len(housed))),
            ):
                self.put(metric, "care_leaver_age", category, figure)


def recompute(
    landing: Path,
    la_code: str,
    as_known_at: date | None = None,
    populations: dict[tuple[str, int], int] | None = None,
    grid: Grid | None = None,
) -> dict[Key, Figure]:
    """Every SSDA903 figure of one authority, straight from its delivered files."""
    returns = read_returns(Path(landing), la_code, as_known_at)
    return Authority(returns, la_code, populations, grid).figures()
