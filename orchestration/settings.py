"""Where everything lies: the only module that reads the environment."""

import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path

from orchestration import quiet
from orchestration.errors import UserError

REPOSITORY = Path(__file__).resolve().parents[1]
"""The root of the repository, which is also the dbt project."""

DBT_WRITES = frozenset({"build", "clone", "retry", "run", "run-operation", "seed", "snapshot"})
"""dbt's commands after which the warehouse is not what the last `cla build` tested."""
ENGINES = ("duckdb", "spark")
CALLED_BY_CLA = "CLA_CALLED"
"""The variable that tells dbt that `cla` has started it and sees to the lock (`orchestration.plain_dbt`)."""


@dataclass(frozen=True)
class Limits:
    """What one delivered file, or one delivery, may ask for; beyond it, it is rejected and the others go on.

    The return of all England in one file stays below each of them. CLA_MOST_<NAME> changes one (see .env.example).
    """

    file_mb: int = 500
    """Megabytes of one file as it is delivered."""
    delivery_mb: int = 1_000
    """Megabytes of all files of a delivery."""
    unpacked_mb: int = 1_000
    """Megabytes to which a workbook unpacks."""
    files: int = 1_000
    """Files of a delivery, parts of a workbook, and files of a release in landing/published."""
    rows: int = 2_000_000
    """Rows of one file, blank ones too: Excel writes up to 1,048,576."""
    columns: int = 16_384
    """Columns of one file: no spreadsheet has more."""
    cells: int = 20_000_000
    """Cells of one file, or elements of an XML file; with the megabytes they bound the memory."""
    seconds: int = 300
    """Seconds of reading one file."""

    @classmethod
    def from_environment(cls) -> "Limits":
        """Read CLA_MOST_FILE_MB and the others."""
        names = [one.name for one in fields(cls)]
        return cls(**{name: _whole_number(f"CLA_MOST_{name.upper()}", getattr(cls, name)) for name in names})


@dataclass(frozen=True)
class Addresses:
    """Where notices go beside the log; nothing is sent where none of it is set. Secrets stand in no text of it."""

    smtp_host: str = ""
    smtp_port: int = 0
    smtp_security: str = "starttls"
    """`starttls`, `ssl` from the first byte on, or `none` within the authority's own network."""
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = ""
    smtp_to: tuple[str, ...] = ()
    webhook: str = field(default="", repr=False)
    """An address of Teams or Slack; whoever knows it may write there, so it is a secret."""
    webhook_kind: str = "teams"
    """`teams` or `slack`: in which form the message is sent."""

    @classmethod
    def from_environment(cls) -> "Addresses":
        """Read CLA_NOTICE_SMTP_HOST and the others; .env.example says what each means."""

        def of(name: str, default: str = "") -> str:
            return (os.environ.get(f"CLA_NOTICE_{name}") or default).strip()

        security, webhook = of("SMTP_SECURITY", "starttls"), of("WEBHOOK_URL")
        if security not in _SMTP_PORTS:
            raise UserError("CLA_NOTICE_SMTP_SECURITY should be starttls, ssl or none.")
        if webhook and not re.match(r"https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", webhook):
            raise UserError("CLA_NOTICE_WEBHOOK_URL should begin with https://.")
        kind = of("WEBHOOK_KIND", "slack" if "//hooks.slack.com/" in webhook else "teams")
        if kind not in ("teams", "slack"):
            raise UserError("CLA_NOTICE_WEBHOOK_KIND should be teams or slack.")
        found = cls(
            smtp_host=of("SMTP_HOST"),
            smtp_port=_whole_number("CLA_NOTICE_SMTP_PORT", _SMTP_PORTS[security]),
            smtp_security=security,
            smtp_user=of("SMTP_USER"),
            smtp_password=os.environ.get("CLA_NOTICE_SMTP_PASSWORD") or "",
            smtp_from=of("SMTP_FROM"),
            smtp_to=tuple(re.split(r"[\s,;]+", of("SMTP_TO"))) if of("SMTP_TO") else (),
            webhook=webhook,
            webhook_kind=kind,
        )
        if found.smtp_host and not (found.smtp_from and found.smtp_to):
            raise UserError("CLA_NOTICE_SMTP_HOST needs CLA_NOTICE_SMTP_FROM and CLA_NOTICE_SMTP_TO beside it.")
        if found.smtp_user and security == "none":
            raise UserError(
                "CLA_NOTICE_SMTP_USER needs CLA_NOTICE_SMTP_SECURITY=starttls or ssl: no password goes bare."
            )
        return found


_SMTP_PORTS = {"starttls": 587, "ssl": 465, "none": 25}


@dataclass(frozen=True)
class Settings:
    """All paths of one build, absolute; every module takes them from here.

    `as_known_at` is an ISO date or '' (everything delivered so far); a build as known at a date has a warehouse and a
    publication of its own, so that it never touches the current one.
    """

    data_dir: Path
    as_known_at: str = ""
    memory_limit: str = "3GB"
    engine: str = "duckdb"
    """What the models run on: `duckdb`, or `spark` (docs/scaling.md)."""
    spark_configuration: str = ""
    """Properties of Spark, `name=value` and a blank between two of them, beside those that a build sets."""
    keep_publications: int = 5
    protect_against: str = "released"
    """Against which earlier public publications numbers are protected: `released` ones, or all that were `built`."""
    statistics_api: str = "https://api.education.gov.uk/statistics"
    """DfE's statistics service, asked by `cla fetch-published` alone."""
    web_address: str = ""
    """The address of the reverse proxy before `cla dev`, whose name its guard lets in too; '' where there is none."""
    site_path: str = ""
    """The path below which a web server gives the site (`/care`); '' where the site has a host name of its own."""
    look_every_seconds: int = 30
    """How often the sensor `landing_zone` looks for deliveries, once somebody has switched it on."""
    build_schedule: str = "30 6 * * 1-5"
    """When the schedule `weekday_refresh` builds, as cron writes it, in the time of London."""
    release_schedule: str = "0 7 22 * *"
    """When the schedule `new_dfe_release` asks DfE for a new release."""
    report_schedule: str = "0 8 1 * *"
    """When the schedule `report_day` writes the reports."""
    stale_publication_days: int = 35
    """Days after which a publication is stale: builds are monthly at least, and a month has 31."""
    stale_delivery_days: int = 45
    """Days after which an authority's latest extract is stale: a month, and two weeks to take and deliver it."""
    dagster_yaml: Path = REPOSITORY / "dagster.yaml"
    """Dagster's configuration; a service has another, docs/templates/service/dagster.yaml."""
    postgres: str = field(default="", repr=False)
    """The database that `cla copy-to-postgres` fills, as libpq writes it; it may hold a password."""
    notices: Addresses = field(default_factory=Addresses)
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def from_environment(cls, as_known_at: str = "") -> "Settings":
        """Read the variables that begin with CLA_; .env.example says what each means."""
        protect_against = os.environ.get("CLA_PROTECT_AGAINST") or "released"
        if protect_against not in ("released", "built"):
            raise UserError("CLA_PROTECT_AGAINST should be released or built.")
        engine = os.environ.get("CLA_ENGINE") or cls.engine
        if engine not in ENGINES:
            raise UserError(f"CLA_ENGINE should be {' or '.join(ENGINES)}.")
        data_dir = Path(os.environ.get("CLA_DATA_DIR") or REPOSITORY / "data").expanduser().resolve()
        _refuse_what_no_tool_reads(data_dir, "The data folder (CLA_DATA_DIR)")
        _refuse_what_no_tool_reads(REPOSITORY, "The program's folder")
        return cls(
            data_dir=data_dir,
            as_known_at=as_known_at or os.environ.get("CLA_AS_KNOWN_AT", ""),
            memory_limit=os.environ.get("CLA_MEMORY_LIMIT") or "3GB",
            engine=engine,
            spark_configuration=os.environ.get("CLA_SPARK_CONFIGURATION") or "",
            keep_publications=_whole_number("CLA_KEEP_PUBLICATIONS", cls.keep_publications),
            protect_against=protect_against,
            statistics_api=os.environ.get("CLA_STATISTICS_API") or cls.statistics_api,
            web_address=_origin(os.environ.get("CLA_WEB_ADDRESS") or ""),
            site_path=_site_path(os.environ.get("CLA_SITE_PATH") or ""),
            look_every_seconds=_whole_number("CLA_LOOK_EVERY_SECONDS", cls.look_every_seconds),
            build_schedule=os.environ.get("CLA_BUILD_SCHEDULE") or cls.build_schedule,
            release_schedule=os.environ.get("CLA_RELEASE_SCHEDULE") or cls.release_schedule,
            report_schedule=os.environ.get("CLA_REPORT_SCHEDULE") or cls.report_schedule,
            stale_publication_days=_whole_number("CLA_STALE_PUBLICATION_DAYS", cls.stale_publication_days),
            stale_delivery_days=_whole_number("CLA_STALE_DELIVERY_DAYS", cls.stale_delivery_days),
            dagster_yaml=REPOSITORY / Path(os.environ.get("CLA_DAGSTER_YAML") or "dagster.yaml").expanduser(),
            postgres=os.environ.get("CLA_POSTGRES") or "",
            notices=Addresses.from_environment(),
            limits=Limits.from_environment(),
        )

    @property
    def landing(self) -> Path:
        """Where deliveries are dropped; the program never changes or deletes anything in it."""
        return self.data_dir / "landing"

    @property
    def raw(self) -> Path:
        """Parquet copies of what was delivered, one dataset per source table."""
        return self.data_dir / "raw"

    @property
    def decisions(self) -> Path:
        """What people decided about deliveries; it is kept when the raw layer is read anew."""
        return self.data_dir / "decisions"

    @property
    def ledger(self) -> Path:
        """What was built, released, accepted and erased, and by whom: JSON Lines that are only ever added to."""
        return self.data_dir / "ledger" / "ledger.jsonl"

    @property
    def released(self) -> Path:
        """One folder per public publication that was given out, as it was given out; no later build changes it."""
        return self.data_dir / "released"

    @property
    def raw_pattern(self) -> str:
        """`raw` as it stands at the head of a DuckDB pattern, within single quotes.

        DuckDB takes a whole path that holds a star for a pattern, the part that is somebody's folder name too. Braces
        need nothing: dbt inserts the text as it stands (models/staging/*/_*__sources.yml).
        """
        return path_pattern(self.raw)

    @property
    def decisions_pattern(self) -> str:
        """`decisions` in the same form."""
        return path_pattern(self.decisions)

    @property
    def keys(self) -> Path:
        """The secret behind `child_key`; it never leaves the authority."""
        return self.data_dir / "keys"

    @property
    def crosswalks(self) -> Path:
        """Which key of a child or officer took the place of which, one file for each `cla rekey`."""
        return self.data_dir / "crosswalks"

    @property
    def unfinished(self) -> Path:
        """Stands while records are being taken out: the next command ends what this one began."""
        return self.data_dir / "unfinished.json"

    @property
    def build_root(self) -> Path:
        """Where a build publishes: the data root, or `as_known_at/<date>`."""
        return self.data_dir / "as_known_at" / self.as_known_at if self.as_known_at else self.data_dir

    @property
    def warehouse(self) -> Path:
        """The working DuckDB file, which dbt alone opens for writing.

        Its name is that of the database, which views repeat: the same for every build, whatever its folder.
        """
        folder = self.data_dir / "warehouse"
        return (folder / f"as-known-at-{self.as_known_at}" if self.as_known_at else folder) / "warehouse.duckdb"

    @property
    def spark_tables(self) -> Path:
        """What Spark has built, as Parquet: a folder for each schema, in it one for each table."""
        return self.warehouse.parent / "spark"

    @property
    def spark_scratch(self) -> Path:
        """What does not fit into Spark's memory, while it runs."""
        return self.warehouse.parent / "spark.tmp"

    @property
    def warehouse_is_whole(self) -> Path:
        """Stands beside the warehouse while it holds a whole build that passed every test."""
        return self.warehouse.with_suffix(".whole")

    @property
    def public_is_whole(self) -> Path:
        """Stands beside the warehouse while its public tables are built and every test of them has passed."""
        return self.warehouse.with_suffix(".public")

    def nothing_is_whole(self) -> None:
        """Take both marks away before anything writes the warehouse: it is not published until it is built whole."""
        self.warehouse_is_whole.unlink(missing_ok=True)
        self.public_is_whole.unlink(missing_ok=True)

    @property
    def runs(self) -> Path:
        """One folder per finished run, with a link to each part that it published (`orchestration.publish.whole`)."""
        return self.build_root / "runs"

    @property
    def current(self) -> Path:
        """A link to the run that readers see; the names of the parts lead through it, so that all change at once."""
        return self.build_root / "current"

    @property
    def publications(self) -> Path:
        """One folder per run with what it published for the authority's own staff."""
        return self.build_root / "publications"

    @property
    def published(self) -> Path:
        """A link, through `current`, to the last good publication."""
        return self.build_root / "published"

    @property
    def publications_public(self) -> Path:
        """One folder per run with what it published for everyone."""
        return self.build_root / "publications_public"

    @property
    def published_public(self) -> Path:
        """A link, through `current`, to the last good publication for the public; absent until there was one."""
        return self.build_root / "published_public"

    @property
    def restricted(self) -> Path:
        """A link, through `current`, to the child-level outputs with the authority's own identifiers."""
        return self.build_root / "restricted"

    @property
    def restricted_runs(self) -> Path:
        """One folder per run with its child-level outputs: the current one and the one before it."""
        return self.build_root / "restricted_runs"

    @property
    def site(self) -> Path:
        """A link to the last good build of the site; absent until one has been built and checked."""
        return self.build_root / "site"

    @property
    def site_builds(self) -> Path:
        """What the link `site` leads into: the current build and the one before it."""
        return self.build_root / "site_builds"

    @property
    def site_internal(self) -> Path:
        """A link to the last good build of the internal site, for the authority's own staff."""
        return self.build_root / "site_internal"

    @property
    def site_internal_builds(self) -> Path:
        """What the link `site_internal` leads into: the current build and the one before it."""
        return self.build_root / "site_internal_builds"

    @property
    def site_workspace(self) -> Path:
        """Where Evidence is installed and builds; a copy of `site/`, which no build ever writes to."""
        return self.data_dir / "site_workspace"

    @property
    def docs(self) -> Path:
        """The data dictionary and dbt's documentation, which tell of tables and not of data."""
        return self.data_dir / "docs"

    @property
    def dbt_target(self) -> Path:
        """dbt's compiled files and manifest."""
        return self.data_dir / "dbt" / "target"

    @property
    def dbt_manifest(self) -> Path:
        """The manifest that Dagster's asset graph is made from; apart from `dbt_target`, which a build rewrites."""
        return self.data_dir / "dbt" / "manifest"

    @property
    def dbt_logs(self) -> Path:
        """dbt's logs, owner-only like everything else."""
        return self.data_dir / "dbt" / "logs"

    @property
    def dagster_home(self) -> Path:
        """Dagster's storage; `dagster.yaml` is copied here."""
        return self.data_dir / "dagster"

    @property
    def faults(self) -> Path:
        """What unexpected errors said, in full; it may quote children's data, so it is shown nowhere."""
        return self.data_dir / "faults"

    @property
    def watch(self) -> Path:
        """What is known of runs that failed or are under way, and which notices were sent: names and times alone."""
        return self.data_dir / "watch"

    @property
    def build_lock(self) -> Path:
        """Held by the one build that may run."""
        return self.data_dir / "build.lock"

    def node_environment(self, version: str) -> dict[str, str]:
        """Return the environment of Node's programs in the site's workspace, this process's own among it: proxies."""
        path = [str(self.site_workspace / "node_modules" / ".bin"), os.environ.get("PATH", "")]
        return {
            **os.environ,
            **quiet.ENVIRONMENT,
            "PATH": os.pathsep.join(path),
            "CLA_SITE_VERSION": version,
            "NO_UPDATE_NOTIFIER": "1",
        }

    def dbt_environment(self) -> dict[str, str]:
        """Return the variables that profiles.yml and the sources read; none of them is a secret."""
        return {
            CALLED_BY_CLA: "1",
            "CLA_DATA_DIR": self.data_dir.as_posix(),
            "CLA_RAW_PATTERN": self.raw_pattern,
            "CLA_DECISIONS_PATTERN": self.decisions_pattern,
            "CLA_WAREHOUSE_PATH": self.warehouse.as_posix(),
            "CLA_MEMORY_LIMIT": self.memory_limit,
            "CLA_AS_KNOWN_AT": self.as_known_at,
            "CLA_ENGINE": self.engine,
            "CLA_SPARK_TABLES": self.spark_tables.as_uri(),
            "CLA_SPARK_CONFIGURATION": self.spark_configuration,
            "CLA_RAW_URI": self.raw.as_uri(),
            "CLA_DECISIONS_URI": self.decisions.as_uri(),
            "DBT_PROJECT_DIR": REPOSITORY.as_posix(),
            "DBT_PROFILES_DIR": REPOSITORY.as_posix(),
            "DBT_TARGET_PATH": self.dbt_target.as_posix(),
            "DBT_LOG_PATH": self.dbt_logs.as_posix(),
            "DBT_LOG_LEVEL_FILE": "info",
            **quiet.ENVIRONMENT,
        }


def _whole_number(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 19 and int(text)):
        raise UserError(f"{variable} should be a whole number of at least 1.")
    return int(text)


def _refuse_what_no_tool_reads(folder: Path, what: str) -> None:
    """Name the character of a path that some tool cannot read in any spelling; Windows allows none of them either.

    SQLite's and DuckDB's paths end at a question mark, and a pattern of DuckDB's takes a backslash for a separator.
    """
    if found := re.search(r"[?\\\x00-\x1f\x7f]", folder.as_posix()):
        called = {"?": "a question mark (?)", "\\": "a backslash (\\)"}.get(found[0], "a character that does not print")
        raise UserError(f"{what} has {called} in its path, which DuckDB cannot read; choose a folder without.")


def _site_path(written: str) -> str:
    """Return the path below which the site stands, with a slash before it and none behind."""
    path = written.strip().strip("/")
    if path and not re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", path):
        raise UserError("CLA_SITE_PATH should be a path of letters, digits, - and _, such as /care.")
    return f"/{path}" if path else ""


def _origin(address: str) -> str:
    """Return the address of a web server as a browser writes its origin."""
    written = address.strip().lower().removesuffix("/").removesuffix(":443")
    if written and not re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]+)?", written):
        raise UserError(
            "CLA_WEB_ADDRESS should be the address of the reverse proxy before `cla dev`, with https and without a "
            "path, such as https://warehouse.council.example."
        )
    return written


def path_pattern(folder: Path) -> str:
    """Return a folder as it stands at the head of a DuckDB pattern, within single quotes."""
    return re.sub(r"[\[*]", r"[\g<0>]", folder.as_posix()).replace("'", "''")
