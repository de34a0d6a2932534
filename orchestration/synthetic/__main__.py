"""`python -m orchestration.synthetic demo|scale --root DIR` writes invented deliveries into DIR/landing."""

import argparse
from pathlib import Path

from orchestration.synthetic.demo_deliveries import write_demo


def main() -> None:
    """Read the command line and write the deliveries it asks for."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.synthetic", description=__doc__)
    parser.add_argument("what", choices=["demo", "scale"])
    parser.add_argument("--root", type=Path, required=True, help="the data root; deliveries go to its landing/")
    arguments = parser.parse_args()
    write_demo(arguments.root / "landing")


if __name__ == "__main__":
    main()
