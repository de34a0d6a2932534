"""`python -m tests.respelling --seed N --authorities M`: as many invented authorities as wanted, re-spelt and compared.

Builds them once as they are and once re-spelt, in a folder that is kept when `--folder` names it: the next run with the
same authorities then builds the re-spelt ones alone. `--demo DIR` re-spells the finished demo in DIR instead.

A difference that a test found: the same --seed and --authorities, and --only with the authority's code.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from orchestration.settings import Settings

from .base import SEED, english_codes, make_plain, worth_accepting
from .build import COMPARED, build, la_codes_of, prepare
from .compare import compare_builds, spelling_not_counted
from .rewrite import Applied, respell, respell_authority
from .rules import MIX, RULES


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.respelling", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="of the re-spelling")
    parser.add_argument("--data-seed", type=int, default=SEED, help="of the invented returns")
    parser.add_argument("--authorities", type=int, default=60, help="at most the authorities of England")
    parser.add_argument("--batches", type=int, default=1, help="re-spell them so often, each time by another seed")
    parser.add_argument("--only", nargs="*", default=[], help="only these authorities of them")
    parser.add_argument("--rule", choices=[*RULES, MIX], help="this rule for all of them")
    parser.add_argument("--folder", type=Path, help="where to build; kept")
    parser.add_argument("--demo", type=Path, help="a finished demo to re-spell")
    parser.add_argument("--landing-only", action="store_true", help="write the deliveries and build nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cla-respelling-") as temporary:
        return run(options, (options.folder or Path(temporary)).resolve())


def run(options: argparse.Namespace, folder: Path) -> int:
    if options.demo:
        plain = Settings(options.demo.resolve())
        codes = la_codes_of(plain.landing)
    else:
        codes = english_codes(options.authorities)
        chosen = options.only or codes
        plain = Settings(folder / "-".join(["plain", str(options.data_seed), *(options.only or [str(len(codes))])]))
        if not plain.landing.exists():
            make_plain(plain, options.data_seed, chosen)
        if not options.landing_only and not plain.warehouse_is_whole.exists():
            build(plain, worth_accepting(plain.landing, chosen), with_tests=False, select=COMPARED)
            plain.warehouse_is_whole.touch()
    broken = 0
    for batch in range(options.batches):
        seed = options.seed + batch
        spelt = Settings(folder / f"spelt-{seed}")
        shutil.rmtree(spelt.data_dir, ignore_errors=True)
        done = spell(options, plain.landing, spelt.landing, codes, seed)
        tried = Counter(each.rule for each in done)
        print(f"Seed {seed}: {len(done)} authorities re-spelt, {len(tried)} of {len(RULES) + 1} rules.", flush=True)
        if options.landing_only:
            continue
        prepare(spelt, plain)
        accepted = [] if options.demo else worth_accepting(plain.landing, [each.la_code for each in done])
        build(spelt, accepted, with_tests=False, select=COMPARED)
        differences = compare_builds(plain.warehouse, spelt.warehouse, done)
        for difference in sorted(differences, key=lambda difference: difference.applied.rule):
            print(f"  {difference.sentence()}")
        uncounted = spelling_not_counted(spelt.warehouse, done)
        for sentence in uncounted:
            print(f"  {sentence}")
        broken += len(differences) + len(uncounted)
        print(f"  {len(done) - len(differences)} of {len(done)} the same.", flush=True)
    return 1 if broken else 0


def spell(options: argparse.Namespace, source: Path, target: Path, codes: list[str], seed: int) -> list[Applied]:
    if not options.rule:
        return respell(source, target, codes, seed, options.only)
    chosen = [code for code in codes if not options.only or code in options.only]
    return [respell_authority(source, target, code, options.rule, seed) for code in chosen]


if __name__ == "__main__":
    sys.exit(main())
