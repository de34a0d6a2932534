-- Rules on care leavers (OC3).
with oc3 as (
    select * from {{ ref('stg_ssda903__oc3') }}
),

cohort as (
    select * from {{ ref('int_care_leavers') }}
),

-- Since 2022 the return asks for 22 to 25-year-olds who were in touch too; they are in neither age group, and no error.
care_leaver_age_out_of_range as (
    select {{ quality_issue('care_leaver_age_out_of_range', 'oc3', 'cohort.period_end', 'dob', of='oc3') }}
    from cohort
    inner join oc3
        on
            cohort.la_code = oc3.la_code
            and cohort.child = oc3.child
            and oc3.collection_year = {{ collection_year_of('cohort.period_end') }}
    where cohort.care_leaver_age is null and not coalesce(cohort.age between 22 and 25, false)
),

{% for column in ['activ', 'accom'] %}
    {{ column }}_disagrees as (
        select {{ quality_issue('care_leaver_answers_disagree', 'oc3', column_name=column) }}
        from oc3
        where
            ({{ code_is('in_touch', 'in_touch') }} and coalesce({{ column }}, '0') = '0')
            or ({{ code_is('in_touch', 'no_care_leaver') }} and coalesce({{ column }}, '0') <> '0')
    ),

{% endfor %}

final as (
    {{ all_rows_of(['care_leaver_age_out_of_range', 'activ_disagrees', 'accom_disagrees']) }}
)

select * from final
