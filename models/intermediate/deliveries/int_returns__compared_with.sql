{{ compared_with('ssda903', ref('int_returns__implausible'), ref('int_returns__unlike')) }}
