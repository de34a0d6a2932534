{{ findings_told(
    'iro', ref('int_iro_extracts__implausible'), ref('int_iro_extracts__unlike'), ref('int_iro_extracts__compared_with')
) }}
