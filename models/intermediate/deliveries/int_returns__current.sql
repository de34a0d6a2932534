{{ deliveries_in_force('ssda903', ref('int_returns__tables'), ref('int_returns__findings')) }}
