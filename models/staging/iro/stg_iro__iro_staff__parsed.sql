{%- set delivered_columns = [
    'iro_id', 'role_text', 'fte_text', 'employment_text', 'sex_text', 'ethnicity_text', 'started_on_text',
    'ended_on_text'
] -%}

with role_codes as {{ codes_of('role', 'iro_codes') }},

employment_codes as {{ codes_of('employment', 'iro_codes') }},

sex_codes as (
    select
        code,
        description as sex
    from {{ ref('ssda903_codes') }}
    where code_set = 'sex'
    union
    select
        upper(description) as code,
        description as sex
    from {{ ref('ssda903_codes') }}
    where code_set = 'sex'
),

-- A person's ethnicity is told by the return's code, or by the group that DfE publishes it under.
ethnicity_codes as (
    select
        code,
        dfe_publication_group as ethnicity_group
    from {{ ref('ssda903_codes') }}
    where code_set = 'ethnicity'
    union
    select
        upper(dfe_publication_group) as code,
        dfe_publication_group as ethnicity_group
    from {{ ref('ssda903_codes') }}
    where code_set = 'ethnicity'
),

cleaned as {{ cleaned_rows(source('iro', 'iro_staff'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ decoded('role') }},
        case
            when {{ try_decimal('cleaned.fte_text') }} > 0 and {{ try_decimal('cleaned.fte_text') }} <= 1.5
                then cast({{ try_decimal('cleaned.fte_text') }} as double)
        end as fte,
        {{ decoded('employment') }},
        sex_codes.sex,
        ethnicity_codes.ethnicity_group,
        {{ try_date('cleaned.started_on_text') }} as started_on,
        {{ try_date('cleaned.ended_on_text') }} as ended_on
    from cleaned
    {{ join_codes(['role', 'employment']) }}
    left join sex_codes on upper(cleaned.sex_text) = sex_codes.code
    left join ethnicity_codes on upper(cleaned.ethnicity_text) = ethnicity_codes.code
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('iro_id'),
            impossible_date_order('started_on', 'ended_on')
        ]) }} as failed_rules,
        {{ string_list_of([
            unknown_code_nulled('role'),
            'role_year_repair',
            number_out_of_range_nulled('fte'),
            unknown_code_nulled('employment'),
            'employment_year_repair',
            unknown_code_nulled('sex'),
            unknown_code_nulled('ethnicity', 'ethnicity_group'),
            unreadable_date_nulled('started_on'),
            unreadable_date_nulled('ended_on')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['iro_staff'], delivered_columns) }},

final as {{ judged_rows([
    'iro_id', 'role', 'fte', 'employment', 'sex', 'ethnicity_group', 'started_on', 'ended_on'
], delivered_columns) }}

select * from final
