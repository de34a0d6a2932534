"""One place that decides what stands for a blank, a yes or no, a date, a number, a code, an id, for every table alike.

The words and days are data (`seeds/spelling/spelling_rules.csv`, which dbt publishes too); what needs a pattern is in
`values` and `dates`. `delivery.spell` goes over what a delivery's files hold, counts which rule changed how many cells
of which column, and keeps what was delivered beside what it was taken for.
"""
