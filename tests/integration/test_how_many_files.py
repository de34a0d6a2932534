"""How many files somebody edits to change what the warehouse knows, counted by doing it in a copy of the repository.

A metric, a breakdown, a source table and a collection year are added, one after the other, as
docs/adding-a-code-or-year.md says; the generators write the rest. Then the copy has to hold: the rules over its graph,
the unit tests of what was added, and a build of the invented authority, whose new figures are recomputed from the
deliveries. What each step may touch is counted, so that a step which grows fails here.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.publication import DATABASE
from orchestration.settings import REPOSITORY, Settings
from orchestration.synthetic.demo_deliveries import write_demo

MOST = {"metric": 5, "breakdown": 2, "source table": 6, "collection year": 1}
"""Files changed by hand, at most; the page says so too."""

GENERATORS = (
    "generate_from_specification.py",
    "generate_metrics.py",
    "generate_diagrams.py",
    "generate_power_query.py",
)
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider")
SNAPSHOT = "tests/graph/assets.txt"

COHORT = "models/intermediate/cohorts/int_children_looked_after.sql"
RULES = "models/intermediate/cohorts/_cohorts__unit_tests.yml"
MART = "models/marts/cohorts/_cohorts__models.yml"
DECLARATIONS = "models/intermediate/metrics/_int_metrics__placement.yml"
RECOMPUTATION = "tests/recompute/figures.py"

METRIC = """\
          - id: under_placement_order
            name: Under a placement order
            cohort: looked_after
            counts: is_under_placement_order
            of: every row
            unit: percent
            polarity: none
            numerator: Children looked after at the period end under a placement order
            denominator: Children looked after at the period end
            definition: The part of the children in care for whom a court has said that they may be placed for adoption.
            defined_in: "11.4"
            grade: S
            codes_used: LS E1
            source: local
            datasets: [ssda903]
            source_tables: [episodes]
            measured: at_period_end
            importance: 3
            numerator_measure:
              measure: children_looked_after
              breakdown: legal_status_group
              category: Placement order granted
            denominator_measure: children_looked_after
"""

RULE_TEST = """
  - name: a_placement_order_counts_while_it_is_the_legal_status
    model: int_children_looked_after
    given:
      - *year_2025
      - input: ref('int_looked_after__at_period_end')
        format: csv
        rows: |
          la_code,period_end,child,started_on,period_number,ls
          812,2025-03-31,A,2024-05-01,1,E1
          812,2025-03-31,B,2024-05-01,1,C2
          812,2025-03-31,C,2024-05-01,1,
      - *children_a_to_j
      - input: ref('int_periods_of_care')
        format: sql
        rows: *one_period_each
      - input: ref('int_episodes__located')
        format: sql
        rows: *one_place_each
      - *no_uasc
      - *no_placements
      - *no_stability
      - *no_social_workers
      - *no_oc2
      - *codes
    expect:
      format: csv
      rows: |
        child,is_under_placement_order
        A,true
        B,false
        C,false
"""

JUDGING = """\
{%- set delivered_columns = ['training_id', 'iro_id', 'trained_on_text', 'topic_text'] -%}

with topic_codes as {{ codes_of('training_topic', 'iro_codes') }},

cleaned as {{ cleaned_rows(source('iro', 'training'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ decoded('topic') }},
        {{ try_date('cleaned.trained_on_text') }} as trained_on
    from cleaned
    {{ join_codes(['topic']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('training_id'),
            unreadable_mandatory_date('trained_on')
        ]) }} as failed_rules,
        {{ string_list_of([
            unknown_code_nulled('topic'),
            'topic_year_repair'
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['training'], delivered_columns) }},

final as {{ judged_rows(['training_id', 'iro_id', 'trained_on', 'topic'], delivered_columns) }}

select * from final
"""

DESCRIBED = """
  - name: stg_iro__training__parsed
    description: One row per delivered row of training, of every delivery known at the build's date, typed and judged.
    columns: *judged_columns

  - name: stg_iro__training
    description: One row per accepted course of an officer, as the latest collection year's delivery has it.
    config:
      materialized: view
"""

UNIT_TEST = """
  - name: a_course_on_a_topic_that_nobody_knows_is_a_course_all_the_same
    model: stg_iro__training__parsed
    given:
      - {input: ref('int_deliveries__known'), rows: *deliveries}
      - input: ref('iro_codes')
        rows:
          - {code_set: training_topic, code: LAW, description: Law}
      - input: source('iro', 'training')
        format: csv
        rows: |
          delivery_id,content_hash,file_name,row_number,training_id,trained_on,topic
          in_2025,h,t,2,T2,01/05/2024,law
          in_2025,h,t,3,T3,,CHESS
    expect:
      rows:
        - {row_number: 2, topic: LAW, failed_rules: "", repair_rules: ""}
        - row_number: 3
          topic: null
          failed_rules: unreadable_date:trained_on
          repair_rules: unknown_code_nulled:topic
"""


@dataclass
class Copy:
    """A copy of the repository, and which of its files each step has changed by hand."""

    root: Path
    data_dir: Path
    step: str = ""
    by_hand: dict[str, set[str]] = field(default_factory=dict)
    as_copied: dict[str, bytes] = field(default_factory=dict)

    def insert(self, name: str, text: str, before: str = "", after: str = "", instead_of: str = "") -> None:
        """Write into a file, at a place that occurs once, or at its end; a file that is not there is made."""
        self.by_hand.setdefault(self.step, set()).add(name)
        path = self.root / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        mark = before or after or instead_of
        assert not mark or old.count(mark) == 1, f"{name} has {old.count(mark)} places {mark!r}"
        new = old.replace(mark, f"{after}{text}{before}") if mark else old + text
        path.write_text(new, encoding="utf-8", newline="\n")

    def run(self, *command: str) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.root),
            "CLA_DATA_DIR": str(self.data_dir),
            "CLA_AS_KNOWN_AT": "",
        }
        done = subprocess.run(
            [sys.executable, *command], cwd=self.root, env=environment, capture_output=True, text=True, timeout=900
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"

    def changed(self) -> set[str]:
        """Return every file that is not as it was copied."""
        return {name for name, content in self.files().items() if self.as_copied.get(name) != content}

    def files(self) -> dict[str, bytes]:
        paths = (path for path in self.root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths}


def add_a_metric(copy: Copy) -> None:
    """A percentage of a cohort, from a rule that the cohort has not had: who is in care under a placement order."""
    rule = "{{ code_is('at_date.legal_status_code', 'placement_order') }}"
    copy.insert(
        COHORT,
        f"        coalesce({rule}, false) as is_under_placement_order,\n",
        before="        coalesce(at_date.distance_miles > 20, false) as is_over_20_miles,\n",
    )
    copy.insert(RULES, RULE_TEST)
    copy.insert(
        MART,
        """\
      - name: is_under_placement_order
        data_type: boolean
        description: Whether a placement order holds for the child; counted by `under_placement_order`.
""",
        before="      - name: is_over_20_miles\n",
    )
    copy.insert(DECLARATIONS, METRIC, before="          - id: under_16_unregulated\n")
    copy.insert(
        RECOMPUTATION,
        """\
        ordered = sum(episode.ls == "E1" for _, episode in self.live)
        self.headline("under_placement_order", percent(ordered, len(live)))
""",
        before="        unregulated = 0\n",
    )


def add_a_breakdown(copy: Copy) -> None:
    """A metric that the cohort has, by a column that the cohort has."""
    copy.insert(
        DECLARATIONS,
        "            breakdowns: [sex]\n",
        before='            numerator: "As placed_over_20_miles and placed outside the authority\'s boundary"\n',
    )
    copy.insert(
        RECOMPUTATION,
        """\
        members = [(who, who in outside) for who in live]
        self.percent_by("placed_over_20_miles_outside_authority", members, ["sex"])
""",
        instead_of="""\
        self.headline("placed_over_20_miles_outside_authority", percent(len(outside), len(live)))
""",
    )


def add_a_source_table(copy: Copy) -> None:
    """A fourteenth extract of the IRO service, with a code list of its own."""
    copy.insert("orchestration/ingest/tables.csv", "iro,training,One row per officer and course,true\n")
    copy.insert(
        "orchestration/ingest/iro_columns.csv",
        """\
training,1,training_id,text,Y,,true,The course's own number.,EXAMPLE-TRAINING-1,EXAMPLE-TRAINING-2
training,2,iro_id,text,N,,false,The officer of iro_staff who attended.,EXAMPLE-IRO-1,EXAMPLE-IRO-2
training,3,trained_on,date,Y,,false,Day of the course.,02/07/2024,06/11/2024
training,4,topic,code,N,training_topic,false,What the course was about.,LAW,
""",
    )
    copy.insert("seeds/codesets/iro_codes.csv", "training_topic,LAW,Law,,,1,\n")
    copy.insert("models/staging/iro/stg_iro__training__parsed.sql", JUDGING)
    copy.insert("models/staging/iro/_iro__models.yml", DESCRIBED)
    copy.insert("models/staging/iro/_iro__unit_tests.yml", UNIT_TEST)


def add_a_collection_year(copy: Copy) -> None:
    """The return of 2027/28."""
    copy.insert(
        "seeds/codesets/ssda903_codes.csv",
        "collection_year,2028,1 April 2027 to 31 March 2028,,,,false,,,,,\n",
        after="collection_year,2027,1 April 2026 to 31 March 2027,,,,false,,,,,\n",
    )


STEPS = {
    "metric": add_a_metric,
    "breakdown": add_a_breakdown,
    "source table": add_a_source_table,
    "collection year": add_a_collection_year,
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy in which every step is done and everything generated."""
    folder = tmp_path_factory.mktemp("changed")
    made = Copy(folder / "repository", folder / "data")
    not_copied = shutil.ignore_patterns(
        ".*", "data", "target", "logs", "node_modules", "__pycache__", "*.egg-info", "soak*"
    )
    shutil.copytree(REPOSITORY, made.root, ignore=not_copied)
    made.as_copied = made.files()
    for step, change in STEPS.items():
        made.step = step
        change(made)
    for script in GENERATORS:
        made.run(f"scripts/{script}")
    made.run(*PYTEST, "tests/graph/test_definitions.py", "--update-snapshot")
    return made


@pytest.mark.ci
@pytest.mark.parametrize("step", STEPS)
def test_a_step_takes_no_more_files_by_hand_than_we_say(copy: Copy, step: str) -> None:
    assert len(copy.by_hand[step]) <= MOST[step], sorted(copy.by_hand[step])


@pytest.mark.ci
def test_everything_else_that_changed_is_written_by_the_generators(copy: Copy) -> None:
    """Traps a step that would work only because this test edits something that it does not count."""
    by_hand = set().union(*copy.by_hand.values())
    generated = copy.changed() - by_hand
    assert generated == {
        SNAPSHOT,
        "docs/bi.md",
        "docs/iro-extracts.md",
        "docs/layers.md",
        "docs/templates/excel/children_in_care.pq",
        "docs/templates/iro/training.csv",
        "macros/metrics/breakdowns_of_metrics.sql",
        "macros/specification/specification.sql",
        "models/intermediate/metrics/int_metrics__placement.sql",
        "models/intermediate/quality/_rows__unit_tests.yml",
        "models/staging/iro/_iro__sources.yml",
        "models/staging/iro/stg_iro__training.sql",
        "seeds/metrics/metric_breakdowns.csv",
        "seeds/metrics/metric_definitions.csv",
        "seeds/suppression/suppression_measures.csv",
    }


@pytest.mark.thorough
def test_the_rules_over_the_graph_and_the_specification_hold(copy: Copy) -> None:
    units = [f"tests/unit/test_{name}.py" for name in ("generated_files", "iro_tables", "raw_assets")]
    copy.run(*PYTEST, "tests/graph", *units)


@pytest.mark.thorough
def test_a_build_has_the_new_figures_as_they_are_recomputed(copy: Copy) -> None:
    """Builds everything with all of dbt's tests, and asks the copy's own recomputation for every figure."""
    settings = Settings(copy.data_dir)
    write_demo(settings.landing)
    shutil.copy(copy.root / "docs/templates/iro/training.csv", settings.landing / "812/iro/2025/2025-04-30")
    deliver_three_years_later(settings.landing / "812/ssda903/2025/2025-04-30", settings.landing / "813/ssda903/2028")
    copy.run("-m", "orchestration.cli", "build")
    units = (
        "a_placement_order_counts_while_it_is_the_legal_status",
        "a_course_on_a_topic_that_nobody_knows_is_a_course_all_the_same",
    )
    copy.run("-m", "orchestration.cli", "dbt", "test", "--select", *units, "int_rows__superseded,test_type:unit")
    recomputed = "tests/integration/test_printed_figures.py"
    copy.run(*PYTEST, recomputed, "-k", "recomput", "--demo", str(copy.data_dir))
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as published:
        by_breakdown = dict(
            published.execute(
                """
                select metric_id || ' by ' || breakdown, count(*) from marts.metric_values
                where metric_id in ('under_placement_order', 'placed_over_20_miles_outside_authority') group by all
                """
            ).fetchall()
        )
        rows = published.execute(
            "select rows_accepted from marts.delivery_audit where table_name = 'training'"
        ).fetchall()
        in_2028 = published.execute(
            "select numerator from marts.metric_values where la_code = '813' and period_end = date '2028-03-31' "
            "and metric_id = 'children_looked_after' and category = 'all'"
        ).fetchall()
    assert (
        by_breakdown["under_placement_order by all"] and by_breakdown["placed_over_20_miles_outside_authority by sex"]
    )
    assert rows == [(2,)]
    assert in_2028[0][0] > 100


def deliver_three_years_later(delivery: Path, year: Path) -> None:
    """Deliver a return of 2025 as one of 2028, every date three years later, so that it is what its folder says."""
    later = year / "2028-04-30"
    shutil.copytree(delivery, later)
    for path in later.glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("29/02/", "28/02/")
        path.write_text(re.sub(r"/(20\d\d)\b", lambda found: f"/{int(found[1]) + 3}", text), encoding="utf-8")
