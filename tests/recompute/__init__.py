"""An independent recomputation of every metric, in plain Python, from the written definitions.

It shares no line and no table with the SQL models: it reads the delivered CSV files and follows definitions 11 and 12
(docs/definitions.md) rule by rule. Where the two disagree, one of them is wrong. What follows is of definitions 11;
the readings of definitions 12 stand where they are followed, in `iro_reader`, `iro_rules` and `iro_figures`.

Readings taken here where the definitions leave more than one (the most literal each time):

Acceptance
 1. A date is mandatory where it is part of the table's key; DEC too, because without it nobody knows whether the
    child left. Any other unreadable date (DOB, DUC, DATE_INT, MIS_END, SW_DEC) becomes blank.
 2. Blank RNE, LS, REC and IN_TOUCH are accepted; only a code that is there and unknown rejects. A blank
    MISSING is a blank key and rejects. An unknown REC rejects even where DEC is blank.
 3. Duplicates are settled among accepted rows: a rejected row never hides a good one. Tables other than
    Episodes have no DECOM: the last row in file order stays. Several files of one table follow in name order.
 4. A delivery is usable when an Episodes file has a row, accepted or not. Rows with the wrong number of
    columns are no rows.

Stacking (definitions 11.1)
 5. An accepted row of a return counts as "in" it; a rejected one does not.
 6. "Touches a year": DECOM <= 31 March and (DEC null or DEC >= 1 April), as definitions 11.2 reads a period.
 7. Overlap is strict: an episode that ends on the day another starts does not overlap it; an open one never
    ends; respite episodes count too. The rows compared are those delivered in the judging return.
 8. A child whose latest Header row has no DOB has none, whatever earlier returns said.

Periods of care and starts (definitions 11.2, 11.3)
 9. DEC without REC is an end, but not a cease, and nothing continues it.
10. A start of definitions 11.3 must begin a period of care, with the respite directly before it in order of DECOM; a
    blank RNE is "other than S". RNE S inside a running chain is a start all the same.

At a date (definitions 11.4 to 11.8)
11. Definitions 11.6 without an earlier placement: placement_detail is Unknown, and it is no unregulated placement.
12. PLACE null is Unknown in placement_group and placement_detail, and not temporary.
13. UASC "in a collection year" (definitions 11.8) means a row in that year's return, whatever its DUC.
14. A known placement postcode outside England is Outside the authority; its distance counts where home is known.
15. A file that has PL_DISTANCE (PL_LOCATION) is taken at its word, blanks included, never the postcodes. Without
    PL_LOCATION the row's PL_LA decides; where that is blank or names no place (CON, 999) the postcodes do.

Spells (definitions 11.9 to 11.11)
16. Two blank PL_POST are equal. A spell of no days is left out everywhere, also as "the spell before".
17. A period whose visible start is later than PE less 30 months but left-censored is undetermined; so the
    children for whom the bound decides are those whose visible start is early enough.

Outcomes
18. OC2 cohort: "touching" as in reading 6; only RNE = S excludes, neither a start after respite nor a broken chain.
19. Care leavers: the last REC is that of the latest DEC on or before PE with a REC (X1 included), respite left
    out; a child back in care after E3 is still E3. DOB comes from Header alone.
20. PREV_PERM blank or unknown: a record, but no permanence arrangement.
21. Adopted in the period: the child's last cease is E11 or E12; AD1 of the collection year holding that DEC;
    without DATE_INT the child is left out.

Periods and rows (definitions 11.17, 11.20)
22. Every day of a period has to be covered by the return of its collection year, so that an in-year extract never
    publishes the coming 31 March, whatever came after it. The 24 rolling years are the last 24 that qualify, even
    across a gap. What happened over a period needs its table from both years; what is true at its end, from the last.
23. A rate has no row where no estimate of the year or an earlier one is known.
24. Header counts as delivered always; a child without a row is Unknown.
25. Sex Unknown is a closed category; age_band, placement, legal status and need are Unknown only where it occurs.
    A breakdown of percentages has it where it occurs in the denominator or among the undetermined.
26. `undetermined` is 0, not null, for long_term_placement_stability, time_in_care_on_leaving and
    adoption_months_entry_to_placement; null elsewhere. The comparison takes the two as equal.
"""

from .compare import compare
from .figures import Figure, Key, recompute
from .iro_figures import recompute_everything, recompute_iro

__all__ = ["Figure", "Key", "compare", "recompute", "recompute_everything", "recompute_iro"]
