{{ findings_told(
    'ssda903', ref('int_returns__implausible'), ref('int_returns__unlike'), ref('int_returns__compared_with')
) }}
