{{ deliveries_in_force('iro', ref('int_iro_extracts__tables'), ref('int_iro_extracts__findings')) }}
