"""Same data, other spelling: the figures of the random returns again, from deliveries re-spelt by every rule.

One more build, of as many authorities as there are rules and a few more; each has a rule of its own, and the message
names it. `python -m tests.respelling` does the same with other seeds, hundreds of authorities and the demo.
"""

from dataclasses import dataclass

import pytest

from orchestration.settings import Settings
from tests.respelling import MIX, RULES, Applied, compare_builds, respell, spelling_not_counted
from tests.respelling.base import worth_accepting
from tests.respelling.build import COMPARED, build, prepare

SEED = 20261127
AUTHORITIES = 76

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


@dataclass
class Spelt:
    plain: Settings
    other: Settings
    done: list[Applied]


@pytest.fixture(scope="module")
def spelt(random_build, tmp_path_factory) -> Spelt:
    plain, codes, _ = random_build
    other = Settings(data_dir=tmp_path_factory.mktemp("spelt"))
    prepare(other, plain)
    codes = codes[:AUTHORITIES]
    done = respell(plain.landing, other.landing, codes, SEED)
    build(other, worth_accepting(plain.landing, codes), with_tests=False, select=COMPARED)
    return Spelt(plain, other, done)


def test_every_rule_was_tried(spelt: Spelt) -> None:
    assert {each.rule for each in spelt.done} == {*RULES, MIX}
    assert len(spelt.done) == AUTHORITIES
    assert sum(each.changed for each in spelt.done) > 20_000


def test_every_figure_is_the_same_in_another_spelling(spelt: Spelt) -> None:
    found = compare_builds(spelt.plain.warehouse, spelt.other.warehouse, spelt.done)
    found.sort(key=lambda difference: difference.applied.rule)
    assert not found, (
        f"{len(found)} of {len(spelt.done)} authorities differ. One of them again: python -m tests.respelling "
        f"--seed {SEED} --authorities {AUTHORITIES} --only <authority>\n" + "\n".join(each.sentence() for each in found)
    )


def test_every_re_spelt_column_is_counted_by_its_rule(spelt: Spelt) -> None:
    missing = spelling_not_counted(spelt.other.warehouse, spelt.done)
    assert not missing, "\n".join(missing)
