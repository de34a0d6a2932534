"""`python -m orchestration.synthetic demo|scale --root DIR` writes invented deliveries into DIR/landing."""

import argparse
import sys
from pathlib import Path

from orchestration.synthetic.demo_authority import SEED
from orchestration.synthetic.demo_deliveries import write_demo
from orchestration.synthetic.scale import write_scale


def main() -> None:
    """Read the command line and write the deliveries it asks for."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.synthetic", description=__doc__)
    parser.add_argument("what", choices=["demo", "scale"])
    parser.add_argument("--root", type=Path, required=True, help="the data root; deliveries go to its landing/")
    parser.add_argument("--authorities", type=int, default=153, help="how many authorities (scale only)")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed gives other children")
    arguments = parser.parse_args()
    landing = arguments.root / "landing"
    if arguments.what == "demo":
        write_demo(landing, arguments.seed)
    else:
        done = write_scale(landing, arguments.authorities, arguments.seed)
        sys.stdout.write(f"{done.authorities} authorities, {done.files} files, {done.rows} rows\n")


if __name__ == "__main__":
    main()
