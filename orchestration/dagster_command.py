"""Dagster's own command line, kept quiet: `python -m orchestration.dagster_command dev ...`."""

from dagster._cli import main

from orchestration.quiet import keep_dagster_quiet

if __name__ == "__main__":
    keep_dagster_quiet()
    main()  # type: ignore[no-untyped-call]  # Dagster's own, without types
