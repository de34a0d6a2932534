{{ compared_with('iro', ref('int_iro_extracts__implausible'), ref('int_iro_extracts__unlike')) }}
