"""The command line: `cla`.

Whatever goes wrong ends in one sentence and an exit code: 1 for anything a user or an engineer must look at, 2 for a
wrong call, 130 for an interruption. What an engine said, which may quote a child's data, is never shown. Modules are
imported where they are used, so that help appears at once.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from dotenv import load_dotenv

from orchestration.errors import UserError
from orchestration.settings import DBT_WRITES, ENGINES, REPOSITORY, Settings

HELD = 3
"""The exit code of a build that published and held a delivery back."""


def main() -> None:
    """Run the command that was called and end the process with its exit code."""
    # What other programs (Dagster, dbt, DuckDB) write on our behalf is for the owner alone too.
    os.umask(0o077)
    try:
        load_dotenv(REPOSITORY / ".env")
    except (OSError, UnicodeError):
        click.echo(f"Error: {REPOSITORY / '.env'} cannot be read as a text file.", err=True)
        sys.exit(1)
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError as error:
        # Where the output goes is full or gone; Python would try again when it ends, and show a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = code or _unwritable(error)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    debug = "--debug" in arguments
    try:
        # Without standalone mode click returns the exit code where a command raised Exit, else what it returned: None.
        return cli.main(arguments, prog_name="cla", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. The last publication is as it was.", err=True)
        return 130
    except BrokenPipeError as error:
        return _unwritable(error)
    except Exception as error:
        if debug:
            raise
        click.echo(f"Error: {_sentence(error)}", err=True)
        return 1


def _sentence(error: Exception) -> str:
    """Return the one sentence that is said of an error."""
    if isinstance(error, UserError):
        return str(error)
    from orchestration.private_errors import kept_private

    try:
        faults = Settings.from_environment().faults
    except UserError as wrong:
        return str(wrong)
    return str(kept_private(error, "running the command", faults))


def _unwritable(error: OSError) -> int:
    """Say that the output cannot be written, but not of one that somebody has stopped reading (`cla log | head`)."""
    if not isinstance(error, BrokenPipeError):
        click.echo(f"Error: What the command says cannot be written: {error.strerror}.", err=True)
    return 1


_debug = click.option(
    "--debug", is_flag=True, expose_value=False, help="Show the traceback of an error; it may quote data."
)


def command(**settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a sub-command that knows --debug."""
    return lambda function: cli.command(**settings)(_debug(function))


class InOrder(click.Group):
    """Lists its commands as they stand here, the first one to run first."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of their definition."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with its whole first sentence: half of one says what nobody asked."""
        rows = [(name, self.commands[name].get_short_help_str(1_000)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@_debug
@click.version_option(package_name="children-in-care-warehouse", prog_name="cla")
def cli() -> None:
    """Turn the returns of children in care into tested figures, the annual report of the IRO service and work lists.

    Everything is read from and written to the folder that the environment variable CLA_DATA_DIR names; without it,
    that is data/ in the repository. Start with `cla demo`, which needs no data of yours, then go on with `cla build`.
    """


@command()
@click.option("--final", is_flag=True, help="Deliver the final return of 2024/25 too, and build on it.")
def demo(final: bool) -> None:
    """Build everything on an invented authority and print the headline figures.

    Writes the demo deliveries into the landing zone (never beside real ones), runs the whole pipeline, publishes, and
    releases the public figures.

    The report was written from the return of 30 April 2025. With --final the one of 30 June arrives as well, in which
    starts and ends stand that were recorded late: marts.metric_revisions tells what it changes. What the report said
    stays within reach: `cla build --as-known-at 2025-05-27`.
    """
    from orchestration import progress
    from orchestration.build import one_build_at_a_time
    from orchestration.demo import write_demo_deliveries

    settings = _settings()
    console = _console()
    with one_build_at_a_time(settings):
        with progress.shown(console):
            write_demo_deliveries(settings, final=final)
        _build(settings)
        _release(settings, "The demo gives out what it has made, to show how that is kept")


@command()
@click.option(
    "--as-known-at",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Use only deliveries extracted on or before this day (yyyy-mm-dd), and publish to as_known_at/DATE/.",
)
@click.option("--wait", is_flag=True, help="Where another run is under way, wait until it has ended.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="What the models run on (docs/scaling.md); without it what CLA_ENGINE says, or duckdb.",
)
def build(as_known_at: datetime | None, wait: bool, engine: str | None) -> None:
    """Run the pipeline over whatever the landing zone holds, and publish.

    Prints what was delivered, accepted, rejected and repaired. If anything breaks or a check does not hold, nothing is
    published and the last publication stays.
    """
    from orchestration.build import LONGEST_WAIT_SECONDS, one_build_at_a_time
    from orchestration.ingest.landing import discover, unknown_authorities

    if engine:
        os.environ["CLA_ENGINE"] = engine
    settings = _settings(as_known_at.date().isoformat() if as_known_at else "")
    deliveries = discover(settings.landing, settings.limits).deliveries
    unknown = unknown_authorities(deliveries)
    if unknown:
        many = len(unknown) > 1
        said = f"No authority in England has the code{'s' if many else ''} {', '.join(unknown)}"
        if len(unknown) == len({delivery.la_code for delivery in deliveries}):
            raise UserError(f"{said}, and nothing else is in {settings.landing}; the folder is named by the code.")
        click.echo(f"{said}: {'their' if many else 'its'} deliveries will be held back.", err=True)
    if as_known_at:
        extracted = [delivery.extracted_on for delivery in deliveries]
        if not any(day <= as_known_at.date() for day in extracted):
            raise UserError(
                f"No delivery in {settings.landing} was known at {settings.as_known_at}"
                + (f"; the earliest was extracted on {min(extracted)}." if extracted else ".")
            )
    with one_build_at_a_time(settings, LONGEST_WAIT_SECONDS if wait else 0, click.echo):
        _build(settings)


@command(name="map")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--la", "la_code", metavar="CODE", help="The authority's three digits.")
@click.option("--dataset", type=click.Choice(["iro", "ssda903"]), help="What the file is of (default: what fits best).")
@click.option("--save", is_flag=True, help="Save the draft as landing/CODE/DATASET/mapping.yaml.")
@click.option("--overwrite", is_flag=True, help="With --save: replace the mapping that is there.")
def map_(files: tuple[Path, ...], la_code: str | None, dataset: str | None, save: bool, overwrite: bool) -> None:
    """Draft a mapping for a CSV or XLSX file whose headings and codes are an authority's own.

    Says which table and columns of ours the file seems to hold, why and how sure that is, what is left over, and how
    many rows would be accepted. Changes nothing without --save: the draft goes to standard output, and what is said
    about it to standard error. Give all files of a dataset at once.
    """
    from orchestration.ingest.mapping.command import map_files
    from orchestration.ingest.mapping.command import save as save_draft

    if la_code is not None and not (len(la_code) == 3 and la_code.isascii() and la_code.isdigit()):
        raise click.BadParameter("an authority's code is three digits.", param_hint="--la")
    if overwrite and not save:
        raise click.UsageError("--overwrite goes with --save.")
    settings = _settings()
    draft = map_files(files, settings.landing, dataset, lambda line: click.echo(line, err=True), settings.limits)
    if save:
        click.echo(f"Saved {save_draft(draft, settings.landing, la_code, files, overwrite)}", err=True)
        click.echo("Check each line of it: docs/mapping.md explains them.", err=True)
    else:
        where = f"landing/{la_code or 'CODE'}/{draft.dataset}/mapping.yaml"
        click.echo(f"Nothing was changed. Below is a draft of {where}; --save puts it there.\n", err=True)
        click.echo(draft.text, nl=False)


@command()
@click.argument("delivery")
@click.option(
    "--because",
    required=True,
    metavar="TEXT",
    help="Why the delivery is right; it stands in the audit tables, so name no child.",
)
def accept(delivery: str, because: str) -> None:
    """Let a delivery through that a build has held back; the next build uses it.

    DELIVERY is its name as the build and `cla status` say it, such as 812-ssda903-2025-2025-04-30. Who accepted it,
    when and why is kept. Files that change afterwards are judged anew.
    """
    from orchestration.build import one_build_at_a_time
    from orchestration.ingest.decisions import accept as record

    settings = _settings()
    with one_build_at_a_time(settings):
        accepted = record(settings, delivery, because)
    click.echo(f"Accepted {accepted['delivery_id']} for {accepted['accepted_by']}. `cla build` uses it now.")


@command()
def publish() -> None:
    """Publish again from the last finished build, without building."""
    from orchestration import progress
    from orchestration.build import SWAP, one_build_at_a_time, run_build
    from orchestration.stewardship import unfinished

    settings = _settings()
    with one_build_at_a_time(settings), progress.shown(_console()):
        unfinished.refuse(settings)
        public = ["public_publication", "public_annual_report", "public_board_pack"]
        for_staff = ["publication", "restricted_outputs", "annual_report", "board_pack"]
        run_build(settings, [*for_staff, *(public if settings.public_is_whole.exists() else []), SWAP])
    click.echo(f"Published to {settings.published}")


@command(name="copy-to-postgres")
@click.option("--grant", is_flag=True, help="Make the roles cla_internal and cla_public where they are missing.")
def copy_to_postgres(grant: bool) -> None:
    """Copy what is published now to the Postgres database of CLA_POSTGRES, for many readers at once.

    To the schemas marts, for the role cla_internal, and public_marts, for cla_public too. Readers have the copy of
    before until the new one is whole (docs/bi.md).
    """
    from orchestration import progress
    from orchestration.build import one_build_at_a_time
    from orchestration.private_errors import details_kept_private
    from orchestration.publish.postgres import copy_publication

    settings = _settings()
    with (
        one_build_at_a_time(settings),
        details_kept_private("copying to Postgres", settings.faults),
        progress.shown(_console()),
    ):
        copied, notes = copy_publication(
            settings, grant=grant, report=lambda done, total: progress.report("Copying to Postgres", done, total)
        )
    for one in copied:
        click.echo(f"{one.schema:<12} run {one.run_id}: {one.tables} tables, {one.rows:,} rows")
    for note in notes:
        click.echo(note, err=True)


@command()
@click.option("--because", default="", metavar="TEXT", help="What it was given out for; it is kept, so name no child.")
def release(because: str) -> None:
    """Record that the public figures published now were given out, and keep them as they are.

    Copies published_public/ whole to released/<run>/, which no later build changes, and writes a report on what is
    hidden and why beside it, for the person who signs.
    """
    from orchestration.build import one_build_at_a_time

    settings = _settings()
    with one_build_at_a_time(settings):
        _release(settings, because)


@command(name="fetch-published")
@click.option("--release", required=True, type=click.IntRange(2018, 2100), help="The release's reporting year: 2024.")
def fetch_published(release: int) -> None:
    """Download the files of a DfE release into landing/published/release_<year>/.

    The pipeline never needs the network: files downloaded by hand into that folder do as well.
    """
    from orchestration import progress
    from orchestration.fetch_dfe import CHECKSUMS, fetch_release

    with progress.shown(_console()):
        fetched = fetch_release(_settings(), str(release))
    what = "Downloaded" if fetched.is_new else "Nothing has changed in"
    click.echo(f"{what} {len(fetched.checksums)} files in {fetched.folder} (their checksums: {CHECKSUMS}).")
    click.echo("`cla build` takes them in.")


@command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print it for a program, and end with 1 where something is wrong."
)
@click.option("--notify", is_flag=True, help="Send a notice of whatever is wrong and was not told yet.")
def status(as_json: bool, notify: bool) -> None:
    """Show the last publication, the deliveries at hand, and whether a build is running.

    With --json the exit code is for a monitor: 0 where all is well, 1 where the last run failed, a delivery is held,
    or something is stale (docs/runbook.md).
    """
    import json

    from orchestration import notices
    from orchestration.ingest.landing import discover
    from orchestration.status import read
    from orchestration.summary import MOST_REJECTED_FILES, print_held

    settings = _settings()
    found = read(settings)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        click.echo(f"Data folder:  {settings.data_dir}")
        landing = discover(settings.landing, settings.limits)
        click.echo(f"Landing zone: {len(landing.deliveries)} deliveries")
        for misplaced in landing.misplaced[:MOST_REJECTED_FILES]:
            click.echo(f"              {misplaced.message}")
        if len(landing.misplaced) > MOST_REJECTED_FILES:
            click.echo(f"              and {len(landing.misplaced) - MOST_REJECTED_FILES:,} more that were not read")
        for line in found.lines():
            click.echo(line)
        if found.manifest:
            print_held(settings, _console())
    if notify:
        for problem in notices.tell(settings, found.troubles):
            click.echo(problem, err=True)
    if as_json and found.troubles:
        raise click.exceptions.Exit(1)


@command()
def log() -> None:
    """Show what was built, given out, accepted and erased: when, by whom and why. No child is named in it."""
    from orchestration.ledger import entries

    found = False
    for entry in entries(_settings()):
        found = True
        facts = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in entry.facts.items())
        click.echo(f"{entry.at}  {entry.by}  {entry.action}  {facts}".rstrip())
    if not found:
        click.echo("Nothing was recorded yet.")


@command()
@click.argument("la_code", metavar="LA_CODE")
@click.argument("child", metavar="CHILD")
@click.option("--yes", is_flag=True, help="Do it; without this nothing is changed.")
@click.option("--without-build", is_flag=True, help="With --yes: withdraw what staff read instead of building anew.")
@click.option("--lift", is_flag=True, help="Let a child be read again that was erased, for instance in care anew.")
def erase(la_code: str, child: str, yes: bool, without_build: bool, lift: bool) -> None:
    """Take everything of one child out of the data folder, and keep it out of later builds.

    LA_CODE is the authority's three digits, CHILD the number as the returns have it; a hyphen (-) asks for it, so that
    it stands in no history of commands. Without --yes it says what would be removed and changes nothing. What lies in
    the landing zone is yours: it is listed, never changed, and read without the child. docs/data-protection.md tells
    the steps.
    """
    from orchestration import progress
    from orchestration.build import one_build_at_a_time
    from orchestration.private_errors import details_kept_private
    from orchestration.stewardship import erase as erasing
    from orchestration.stewardship import unfinished
    from orchestration.summary import print_held

    if not (len(la_code) == 3 and la_code.isascii() and la_code.isdigit()):
        raise click.BadParameter("an authority's code is three digits.", param_hint="LA_CODE")
    if child == "-":
        child = click.prompt("The child's number", hide_input=True)
    settings = _settings()
    console = _console()
    with one_build_at_a_time(settings), details_kept_private("erasing", settings.faults):
        if yes:
            unfinished.resume(settings)
        found = erasing.plan(settings, la_code, child)
        if lift:
            if yes:
                erasing.lift(settings, found)
                click.echo("The child is no longer erased. `cla build` reads the deliveries again.")
            elif found.erased_on is None:
                click.echo("No child of this number is erased in this authority.")
            else:
                click.echo(f"The child was erased on {found.erased_on}. Nothing was changed; --yes lifts it.")
            return
        if not found.is_known:
            raise UserError(f"No delivery that was read has a child of this number in {la_code}; nothing was changed.")
        for line in [*erasing.described(settings, found), *erasing.for_the_person(settings, found)]:
            click.echo(line)
        if not yes:
            click.echo("Nothing was changed. `--yes` does it; make sure first that no backup is needed.")
            return
        with progress.shown(console):
            left = erasing.erase(settings, found, with_build=not without_build)
        for line in erasing.said_of_traces(settings, found, left):
            click.echo(line)
    if without_build:
        click.echo("Nothing is published to staff now; `cla build` publishes without the child.")
    else:
        click.echo(f"Published to {settings.published}")
        print_held(settings, console)
    if left:
        raise click.exceptions.Exit(1)


@command()
@click.option("--years", required=True, type=click.IntRange(1, 100), help="How many collection years are kept.")
@click.option("--yes", is_flag=True, help="Do it; without this nothing is changed.")
def retain(years: int, yes: bool) -> None:
    """Keep the last collection years, and take out of the data folder what is older.

    Counted from the latest year that was delivered. Without --yes it says what would be removed and changes nothing.
    Deliveries in the landing zone are yours: they are listed, never deleted, and no longer read.
    """
    from orchestration import progress
    from orchestration.build import one_build_at_a_time
    from orchestration.private_errors import details_kept_private
    from orchestration.stewardship import retain as retaining
    from orchestration.stewardship import unfinished

    settings = _settings()
    with one_build_at_a_time(settings), details_kept_private("removing old deliveries", settings.faults):
        if yes:
            unfinished.resume(settings)
        found = retaining.plan(settings, years)
        for line in retaining.described(settings, found):
            click.echo(line)
        if not found.has_anything:
            click.echo("Nothing is older.")
        elif not yes:
            click.echo("Nothing was changed. `--yes` does it.")
        else:
            with progress.shown(_console()):
                retaining.retain(settings, found)
            click.echo(f"Published to {settings.published}")


@command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FOLDER_OR_FILE")
@click.option("--without-landing", is_flag=True, help="Leave the deliveries out, where they are backed up elsewhere.")
def backup(target: Path, without_landing: bool) -> None:
    """Write what cannot be had again into one ZIP file, and verify it.

    Deliveries, what was read of them, secrets, decisions, the ledger, releases, narrative, mappings, and the current
    publications. It holds children's records and the secret behind child_key, and is not encrypted: keep it on an
    encrypted disk.
    """
    from orchestration import progress
    from orchestration.build import one_build_at_a_time
    from orchestration.private_errors import details_kept_private
    from orchestration.stewardship import unfinished
    from orchestration.stewardship.backup import back_up

    settings = _settings()
    with one_build_at_a_time(settings), details_kept_private("backing up", settings.faults):
        unfinished.refuse(settings)
        with progress.shown(_console()):
            done = back_up(settings, target, with_landing=not without_landing)
    click.echo(f"Backed up {len(done.files):,} files ({done.bytes / 1e6:,.1f} MB) to {done.file}, and verified them.")
    click.echo("It holds children's records and the secret behind child_key and is not encrypted: mind where it lies.")


@command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--overwrite", is_flag=True, help="Replace what lies in the data folder.")
def restore(file: Path, overwrite: bool) -> None:
    """Put a backup back into an empty data folder, whole or not at all; then `cla build` makes the rest.

    Erasures, ledger entries and releases that the folder has and the backup has not are kept with --overwrite.
    """
    from orchestration import progress
    from orchestration.build import one_build_at_a_time
    from orchestration.filesystem import private_directory
    from orchestration.private_errors import details_kept_private
    from orchestration.stewardship import backup as backing_up

    settings = _settings()
    private_directory(settings.data_dir)
    with one_build_at_a_time(settings), details_kept_private("restoring", settings.faults):
        backing_up.finish(settings)
        with progress.shown(_console()):
            done = backing_up.restore(settings, file, overwrite=overwrite)
    click.echo(
        f"Restored {len(done.files):,} files of {done.made_at} to {settings.data_dir}. `cla build` makes the rest."
    )
    if not done.with_landing:
        click.echo(
            "The backup is without deliveries: put them back into landing/, or a build uses what was read of them."
        )
    for name, value in done.settings.items():
        click.echo(f"When it was made, {name} was {value}.")


@command()
@click.option("--remove-old", is_flag=True, help="Build at once, and remove the publications that bear the old keys.")
def rekey(remove_old: bool) -> None:
    """Make a new secret, so that every child and officer has a new key from the next build on.

    Which key took the place of which is written to crosswalks/, for whoever has to join old extracts to new ones.
    """
    from orchestration import progress
    from orchestration.build import one_build_at_a_time, run_build
    from orchestration.private_errors import details_kept_private
    from orchestration.stewardship import derived, unfinished
    from orchestration.stewardship import rekey as rekeying

    settings = _settings()
    with one_build_at_a_time(settings), details_kept_private("changing the keys", settings.faults):
        unfinished.refuse(settings)
        crosswalk = rekeying.rekey(settings)
        click.echo(f"Everyone has a new key from the next build on. Old and new keys: {crosswalk}")
        old = derived.publications(settings, with_current=True)
        if remove_old:
            unfinished.begin(settings, "cla rekey")
            with progress.shown(_console()):
                unfinished.resume(settings, progress.report)
                run_build(settings)
                unfinished.conclude(settings)
            click.echo(f"Published to {settings.published}; what bore the old keys is removed.")
        elif old:
            click.echo("These bear the old keys until they are replaced; --remove-old builds and removes them:")
            for place in old:
                click.echo(f"  {place.path.relative_to(settings.data_dir).as_posix()}")


@command()
@click.option("--port", default=3000, show_default=True, help="The port on 127.0.0.1.")
def dev(port: int) -> None:
    """Open Dagster's web interface on 127.0.0.1, with the runs of `cla build` in it."""
    from orchestration.build import dagster_instance
    from orchestration.runs import CODE_LOCATION, end_abandoned

    settings = _settings()
    with dagster_instance(settings) as instance:
        end_abandoned(instance)
    address = ["--host", "127.0.0.1", "--port", str(port)]
    # Dagster warns that another of its commands is the newer one.
    dagster = [sys.executable, "-W", "ignore", "-m", "orchestration.dagster_command"]
    command = [*dagster, "dev", "-m", CODE_LOCATION, *address]
    # A fixed program and a number; no shell.
    with subprocess.Popen(command, cwd=settings.dagster_home) as process:  # noqa: S603 - see the line above
        # Whoever ends this command ends the servers too, which would go on otherwise.
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    raise click.exceptions.Exit(process.returncode)


@command()
@click.option(
    "--year", type=click.IntRange(2000, 2100), help="The year that ends in March: 2025 (default: the latest)."
)
@click.option(
    "--la",
    "la_code",
    metavar="CODE",
    help="The authority's three digits, where there are several; without, --site builds the site of all of them.",
)
@click.option(
    "--take-narrative",
    type=click.Path(path_type=Path),
    metavar="FILE.docx",
    help="First take over what was written in the marked places of this Word report.",
)
@click.option("--pdf", "with_pdf", is_flag=True, help="Write the report as PDF too (needs LibreOffice).")
@click.option("--site", "with_site", is_flag=True, help="Build the site of the public figures too (needs Node.js).")
@click.option("--internal", is_flag=True, help="With --site: build the one of the exact figures instead.")
def report(
    year: int | None,
    la_code: str | None,
    take_narrative: Path | None,
    with_pdf: bool,
    with_site: bool,
    internal: bool,
) -> None:
    """Write the annual report (Word, HTML, Excel) and the board pack from the last publication.

    The authority's own words come from narrative/<la>/<year>/ in the data folder, a Markdown file for each section.
    """
    from orchestration import progress
    from orchestration.build import (
        INTERNAL_SITE,
        INTERNAL_SITE_JOB,
        REPORT_JOB,
        SITE,
        SITE_JOB,
        one_build_at_a_time,
        run_job,
    )
    from orchestration.reports.write import has_several_authorities, take_words

    if internal and not with_site:
        raise click.UsageError("--internal says which site --site builds; give both.")
    settings = _settings()
    written = []
    # As in a build, reports of several authorities are drawn only for the one that is asked for.
    if with_site and not (year or la_code or take_narrative or with_pdf) and has_several_authorities(settings):
        click.echo(
            "No report was written: the publication has several authorities, and --la names one. The site has all."
        )
    else:
        with one_build_at_a_time(settings):
            if take_narrative:
                for taken in take_words(settings, take_narrative, year, la_code):
                    click.echo(f"Took over {taken}")
            with progress.shown(_console()):
                config = {"write_the_reports": {"config": {"year": year, "la_code": la_code, "with_pdf": with_pdf}}}
                written = run_job(settings, REPORT_JOB, config=config)
    for made in written:
        for file in made.paths:
            click.echo(f"{'public' if made.asset.startswith('public_') else 'internal':<9} {file}")
    if with_site:
        # Whoever ends this command ends Evidence too, which would go on otherwise.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with progress.shown(_console()):
            name, made_by = (INTERNAL_SITE_JOB, INTERNAL_SITE) if internal else (SITE_JOB, SITE)
            finished = run_job(settings, name, config={made_by: {"config": {"la_code": la_code}}})
        for made in finished:
            size = f"{made.numbers['pages']} pages, {made.numbers['bytes'] / 1e6:.0f} MB"
            click.echo(f"{'internal' if internal else 'public':<9} {made.paths[0]} ({size})")
        click.echo("`cla site --internal` shows it." if internal else "`cla site` shows it.")


@command()
@click.option("--internal", is_flag=True, help="Show the site of the exact figures, for your own staff.")
@click.option("--port", type=int, help="The port on 127.0.0.1 (default: 3001, and 3002 for the internal site).")
def site(internal: bool, port: int | None) -> None:
    """Show the site that `cla report --site` built, on 127.0.0.1, until Ctrl-C."""
    from orchestration.publish.publication import INTERNAL, PUBLIC
    from orchestration.site.server import site_server

    # Ports of their own: a browser keeps what it was given by one, and never mixes it with the other's.
    chosen = port if port is not None else 3002 if internal else 3001
    with site_server(_settings(), chosen, INTERNAL if internal else PUBLIC) as server:
        click.echo(f"The site is at http://127.0.0.1:{server.server_port}{server.path}/ (end with Ctrl-C).")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Ended.")


@command()
def docs() -> None:
    """Write the data dictionary and dbt's documentation: what every table and column means. No data is in them."""
    from orchestration.build import DOCUMENTATION_JOB, run_job

    for made in run_job(_settings(), DOCUMENTATION_JOB):
        for path in made.paths:
            click.echo(path)


@command(name="power-bi")
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--with-rows", is_flag=True, help="Load the rows behind the figures too, one for each child or review.")
@click.option("--public", is_flag=True, help="Read the public figures, in which small numbers are hidden.")
@click.option(
    "--reads",
    metavar="PUBLISHED",
    help="The publication as Power BI sees it, such as \\\\server\\care-team\\published.",
)
@click.option("--overwrite", is_flag=True, help="Replace the project that is there, with whatever was made in it.")
def power_bi(folder: Path, with_rows: bool, public: bool, reads: str | None, overwrite: bool) -> None:
    """Write a Power BI project to FOLDER/children_in_care: a model of the published tables, and a report.

    Open its .pbip file with Power BI Desktop and refresh. There is no data in it before; afterwards it is as
    confidential as what it reads (docs/bi.md). The folder that it reads is its one parameter.
    """
    import json

    from orchestration.documentation.power_bi.project import project_files, write_project
    from orchestration.publish.publication import INTERNAL, PUBLIC
    from orchestration.transform.manifest import prepare_manifest

    if public and with_rows:
        raise click.UsageError("--public has no rows of children: leave --with-rows out.")
    settings = _settings()
    if folder.resolve().is_relative_to(settings.data_dir.resolve()):
        raise UserError(
            "Choose a folder outside the data folder: a project keeps what it has loaded, and `cla erase` could not "
            "find a child in it."
        )
    published = settings.published_public if public else settings.published
    manifest = json.loads(prepare_manifest(settings).read_bytes())
    variant = PUBLIC if public else INTERNAL
    files = project_files(manifest, variant, reads or str(published), with_rows=with_rows)
    click.echo(f"Wrote {write_project(folder, files, overwrite=overwrite)}")
    click.echo(f"It reads {reads or published}; the parameter DataFolder says so.")


@command()
@click.option("--authorities", default=153, show_default=True, help="How many authorities to invent (England: 153).")
@click.option("--seed", default=1, show_default=True, help="The same number invents the same children.")
@click.option("--with-iro", is_flag=True, help="Invent the IRO services' extracts too, which the targets leave out.")
@click.option(
    "--validator",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The Python of an environment with the sector's validator, to time it too (docs/sector-validator.md).",
)
def bench(authorities: int, seed: int, with_iro: bool, validator: Path | None) -> None:
    """Time the pipeline on invented authorities, in a folder of its own under the data folder."""
    from orchestration.benchmark import run_benchmark

    run_benchmark(_settings(), _console(), authorities, seed, with_iro, validator)


@command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def dbt(arguments: tuple[str, ...]) -> None:
    """Run dbt with this project's environment, for development: `cla dbt build --select stg_ssda903__episodes`.

    It prints what dbt prints, and that may quote data: use it on the demo.
    """
    from orchestration.build import one_build_at_a_time

    settings = _settings()
    os.environ.update(settings.dbt_environment())
    with one_build_at_a_time(settings):
        settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
        if DBT_WRITES & set(arguments):
            settings.nothing_is_whole()
        # On Spark the tables of the last build are registered first, in the process that dbt runs in.
        within = (
            "orchestration.transform.spark import dbt"
            if settings.engine == "spark"
            else "dbt.cli.main import cli as dbt"
        )
        command = [sys.executable, "-c", f"from {within}; dbt(prog_name='dbt')", *arguments]
        # The arguments are the developer's own; no shell.
        done = subprocess.run(command, cwd=REPOSITORY, check=False)  # noqa: S603 - see the line above
    raise click.exceptions.Exit(done.returncode)


def _build(settings: Settings) -> None:
    from orchestration import notices, progress
    from orchestration.build import run_build
    from orchestration.stewardship import unfinished
    from orchestration.summary import (
        print_audit,
        print_headlines,
        print_held,
        print_published_conflicts,
        print_rules,
        print_tables_without_rows,
    )

    console = _console()
    with notices.of_a_run(settings, lambda problem: click.echo(problem, err=True)), progress.shown(console):
        unfinished.resume(settings, progress.report)
        run_build(settings)
        unfinished.conclude(settings)
    print_audit(settings, console)
    print_tables_without_rows(settings, console)
    print_rules(settings, console)
    print_published_conflicts(settings, console)
    print_headlines(settings, console)
    console.print("\nPublished:", highlight=False)
    for what, path in (
        ("for the authority's staff", settings.published),
        ("for everyone, small numbers hidden", settings.published_public),
        ("child-level work lists", settings.restricted),
    ):
        console.print(f"  {path}  ({what})", highlight=False, soft_wrap=True)
    if print_held(settings, console):
        raise click.exceptions.Exit(HELD)


def _release(settings: Settings, because: str) -> None:
    from orchestration.publish.release import release as keep

    kept = keep(settings, because)
    if kept.is_new:
        click.echo(f"Released run {kept.run_id}: {kept.folder}")
        click.echo(f"What is hidden in it and why, for the person who signs: {kept.report}")
    else:
        click.echo(f"Run {kept.run_id} was released at {kept.released_at} by {kept.released_by}; nothing was changed.")


def _settings(as_known_at: str = "") -> Settings:
    settings = Settings.from_environment(as_known_at)
    # The code location is loaded in this process and others, and each makes its settings from the environment.
    os.environ["CLA_DATA_DIR"] = str(settings.data_dir)
    os.environ["CLA_AS_KNOWN_AT"] = settings.as_known_at
    return settings


def _console() -> Any:
    from rich.console import Console

    return Console()


if __name__ == "__main__":
    main()
