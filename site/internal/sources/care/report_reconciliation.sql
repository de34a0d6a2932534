-- One row per figure of the printed report of 2024/25; none for other authorities.
select
    reconciliation.figure_id,
    reconciliation.section,
    reconciliation.quote,
    reconciliation.geography,
    reconciliation.period,
    reconciliation.printed_value,
    reconciliation.metric_id,
    catalogue.short_name as metric_name,
    reconciliation.computed_display,
    displays.shown as computed_shown,
    reconciliation.agrees,
    reconciliation.explanation
from (select 1) as at_least_one_row
left join marts.report_reconciliation as reconciliation on true
left join marts.metric_catalogue as catalogue on reconciliation.metric_id = catalogue.metric_id
left join site.displays as displays
    on catalogue.unit = displays.unit and reconciliation.computed_display = displays.display_value
order by reconciliation.figure_id
