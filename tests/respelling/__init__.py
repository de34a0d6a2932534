"""Same data, other spelling: deliveries re-spelt at random, which must give the same figures, one for one.

Written from the text of the rules and from public bug reports, never from the code that reads the files. A rule of
`rules` says in which other ways a cell, or a whole file, may be written without saying anything else; `rewrite` applies
one of them to everything that an authority delivers, or several at once; `compare` looks for figures that differ.
Each authority has one rule, so that a difference names the rule that broke; a few have a random mix of all of them.

What the generator takes care of, because it would change the meaning:
 - What cannot be read stays as it is: a wrong code must not become right, and the other way round.
 - Rows are shuffled, but those of one child stay in their order: of two that disagree the last one counts.
 - Month first is written only where every column of dates says so itself; a column that does not is written
   yyyy-mm-dd.
 - `.0` is added to numbers without leading zeros only: no program writes 00123.0.
"""

from .compare import Difference, compare_builds, spelling_not_counted
from .rewrite import Applied, respell
from .rules import MIX, RULES

__all__ = ["MIX", "RULES", "Applied", "Difference", "compare_builds", "respell", "spelling_not_counted"]
