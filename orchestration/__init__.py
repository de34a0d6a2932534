"""The Dagster code location and the `cla` command of the children-in-care warehouse."""

from orchestration.quiet import keep_environment_quiet

# Here, since every way in passes it before it imports a tool that would tell of its use.
keep_environment_quiet()
