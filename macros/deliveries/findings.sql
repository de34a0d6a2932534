{#- What speaks against a delivery, one row per delivery, bound and table: what both datasets share. A finding names the
    delivery, the bound (seed delivery_bounds), what was observed, what would be allowed, and what it is compared with. -#}

{#- The columns of a finding. -#}
{% macro finding(bound_id, observed, allowed='cast(null as string)', other='cast(null as string)') -%}
    '{{ bound_id }}' as bound_id,
            {{ observed }} as observed,
            {{ allowed }} as allowed,
            {{ other }} as other
{%- endmacro %}

{% macro as_text(number) -%}
    cast({{ number }} as string)
{%- endmacro %}

{% macro of_all(part, whole) -%}
    {{ as_text(part) }} || ' of ' || {{ as_text(whole) }}
{%- endmacro %}

{#- A bound's share as a reader sees it. -#}
{% macro as_percentage(share) -%}
    cast(cast(round(100 * {{ share }}) as integer) as string) || '%'
{%- endmacro %}


{#- The bounds of a dataset by table; of several lines for one table the most special one holds. -#}
{% macro bounds_of(dataset) -%}
    (
        select
            bound_id,
            judged_table as table_name,
            share,
            least
        from (
            select
                bounds.*,
                tables.table_name as judged_table,
                row_number() over (
                    partition by bounds.bound_id, tables.table_name
                    order by
                        case when bounds.table_name is null then 1 else 0 end,
                        case when bounds.dataset is null then 1 else 0 end
                ) as specificity
            from {{ ref('delivery_bounds') }} as bounds
            inner join (
                {% for table in judged_tables_of(dataset) -%}
                    select '{{ table.name }}' as table_name
                    {{- ' union all ' if not loop.last }}
                {% endfor %}
            ) as tables
                on bounds.table_name is null or bounds.table_name = tables.table_name
            where bounds.dataset is null or bounds.dataset = '{{ dataset }}'
        ) as ranked
        where specificity = 1
    )
{%- endmacro %}


{#- Too many rows of a table that cannot be used, by two bounds: one for tables, one for a handful of rows. Of the two
    that are exceeded the worse is told. -#}
{% macro too_many_rejected(tables, bounds) -%}
    (
        select
            delivery_id,
            table_name,
            bound_id,
            observed,
            allowed,
            cast(null as string) as other
        from (
            select
                {{ tables }}.delivery_id,
                {{ tables }}.table_name,
                {{ bounds }}.bound_id,
                {{ of_all(tables ~ '.rows_faulty', tables ~ '.rows_judged') }} as observed,
                {{ as_percentage(bounds ~ '.share') }} as allowed,
                row_number() over (
                    partition by {{ tables }}.delivery_id, {{ tables }}.table_name order by {{ bounds }}.share desc
                ) as place
            from {{ tables }}
            inner join {{ bounds }}
                on
                    {{ tables }}.table_name = {{ bounds }}.table_name
                    and {{ bounds }}.bound_id in ('rows_rejected', 'most_rows_rejected')
            where
                {{ tables }}.rows_faulty >= {{ bounds }}.least
                and {{ tables }}.rows_faulty > {{ bounds }}.share * {{ tables }}.rows_judged
        ) as ranked
        where place = 1
    )
{%- endmacro %}


{#- Columns in an authority's own words, which ingest counted where they are most of a column (see delivery_bounds). -#}
{% macro columns_not_understood(dataset) -%}
    (
        select
            told.delivery_id,
            told.table_name,
            {{ finding(
                'column_not_understood', as_text('sum(told.cells)'), other=string_list_aggregate('told.column_name')
            ) }}
        from (
            select
                changes.delivery_id,
                changes.table_name,
                upper(changes.column_name) as column_name,
                sum(changes.cells) as cells
            from {{ ref('stg_landing__spelling_changes') }} as changes
            inner join {{ ref('int_deliveries__known') }} as known on changes.delivery_id = known.delivery_id
            where changes.rule_id = 'not_understood' and known.dataset = '{{ dataset }}'
            group by
                changes.delivery_id,
                changes.table_name,
                changes.column_name
        ) as told
        group by
            told.delivery_id,
            told.table_name
    )
{%- endmacro %}


{#- Tables of which several files have rows that contradict each other. Not reviews: systems tell one review in several
    rows, whichever file they are in. -#}
{% macro files_contradict(counted, bounds) -%}
    (
        select
            files.delivery_id,
            files.table_name,
            {{ finding('files_contradict', as_text('files.rows_conflicting')) }}
        from (
            select
                delivery_id,
                table_name,
                count(*) as files,
                sum(rows_conflicting) as rows_conflicting
            from {{ counted }}
            where rows_parsed > 0 and table_name <> 'reviews'
            group by
                delivery_id,
                table_name
        ) as files
        inner join {{ bounds }}
            on files.table_name = {{ bounds }}.table_name and {{ bounds }}.bound_id = 'files_contradict'
        where files.files > 1 and files.rows_conflicting >= {{ bounds }}.least
    )
{%- endmacro %}


{#- Tables of whose rows or children, `whole`, more than a bound's share are amiss, `part`: two columns of a relation that
    counts them by delivery and table. -#}
{% macro beyond_share(bound_id, counted, part, whole, bounds, other='cast(null as string)') -%}
    (
        select
            {{ counted }}.delivery_id,
            {{ counted }}.table_name,
            {{ finding(
                bound_id, of_all(counted ~ '.' ~ part, counted ~ '.' ~ whole), as_percentage(bounds ~ '.share'), other
            ) }}
        from {{ counted }}
        inner join {{ bounds }}
            on {{ counted }}.table_name = {{ bounds }}.table_name and {{ bounds }}.bound_id = '{{ bound_id }}'
        where
            {{ counted }}.{{ part }} >= {{ bounds }}.least
            and {{ counted }}.{{ part }} > {{ bounds }}.share * {{ counted }}.{{ whole }}
    )
{%- endmacro %}


{#- A folder whose authority nobody knows. -#}
{% macro unknown_authority(dataset) -%}
    (
        select
            known.delivery_id,
            cast(null as string) as table_name,
            {{ finding('unknown_authority', 'known.la_code') }}
        from {{ ref('int_deliveries__known') }} as known
        left join {{ ref('authorities') }} as authorities on known.la_code = authorities.la_code
        where known.dataset = '{{ dataset }}' and authorities.la_code is null
    )
{%- endmacro %}


{#- Every delivery with each earlier one that it can be compared with: of its own year, or of the year before. -#}
{% macro pairs_of(dataset) -%}
    (
        select
            known.delivery_id,
            earlier.delivery_id as other_id,
            case
                when known.collection_year = earlier.collection_year then 'extract_before'
                else 'year_before'
            end as relation,
            known.covers_to = known.year_ends_on
            and earlier.covers_to = earlier.year_ends_on as are_both_whole_years
        from {{ ref('int_deliveries__known') }} as known
        inner join {{ ref('int_deliveries__known') }} as earlier
            on
                known.la_code = earlier.la_code
                and known.dataset = earlier.dataset
                and (
                    (known.collection_year = earlier.collection_year and known.extracted_on > earlier.extracted_on)
                    or (
                        known.collection_year = earlier.collection_year + 1
                        and known.extracted_on >= earlier.extracted_on
                    )
                )
        where known.dataset = '{{ dataset }}' and known.is_readable and earlier.is_readable
    )
{%- endmacro %}


{#- A table that the delivery before had. An extract in the middle of a year need not have what comes at its end. -#}
{% macro tables_gone(tables, pairs, bounds) -%}
    (
        select
            {{ pairs }}.delivery_id,
            {{ pairs }}.other_id,
            {{ tables }}.table_name,
            {{ finding('table_gone', "'0'", as_text('tables_before.rows_accepted'), pairs ~ '.other_id') }}
        from {{ pairs }}
        inner join {{ tables }} on {{ pairs }}.delivery_id = {{ tables }}.delivery_id
        inner join {{ tables }} as tables_before
            on {{ pairs }}.other_id = tables_before.delivery_id and {{ tables }}.table_name = tables_before.table_name
        inner join {{ bounds }}
            on {{ tables }}.table_name = {{ bounds }}.table_name and {{ bounds }}.bound_id = 'table_gone'
        where
            {{ tables }}.rows_accepted = 0
            and not {{ tables }}.is_declared_empty
            and tables_before.rows_accepted >= {{ bounds }}.least
            and ({{ pairs }}.relation = 'extract_before' or {{ pairs }}.are_both_whole_years)
    )
{%- endmacro %}


{#- A table with far fewer rows than the extract before of the same year: whoever delivers only what is new or changed
    takes everything else back. -#}
{% macro tables_shrunk(tables, pairs, bounds) -%}
    (
        select
            {{ pairs }}.delivery_id,
            {{ pairs }}.other_id,
            {{ tables }}.table_name,
            {{ finding(
                'table_shrunk', as_text(tables ~ '.rows_accepted'), as_text('tables_before.rows_accepted'),
                pairs ~ '.other_id'
            ) }}
        from {{ pairs }}
        inner join {{ tables }} on {{ pairs }}.delivery_id = {{ tables }}.delivery_id
        inner join {{ tables }} as tables_before
            on {{ pairs }}.other_id = tables_before.delivery_id and {{ tables }}.table_name = tables_before.table_name
        inner join {{ bounds }}
            on {{ tables }}.table_name = {{ bounds }}.table_name and {{ bounds }}.bound_id = 'table_shrunk'
        where
            {{ pairs }}.relation = 'extract_before'
            and {{ tables }}.rows_accepted > 0
            and tables_before.rows_accepted >= {{ bounds }}.least
            and {{ tables }}.rows_accepted < {{ bounds }}.share * tables_before.rows_accepted
    )
{%- endmacro %}


{#- Which earlier delivery each one is compared with: the latest of its year, and of the year before, that is itself not
    held. Whether it is held depends on those before it, so it is found in rounds: after each, one more delivery of a
    row of held ones is judged by the right one. More than four extracts held one after another are not met. -#}
{% macro compared_with(dataset, implausible, unlike) -%}
    {%- set rounds = 4 -%}
    with known as (
        select * from {{ ref('int_deliveries__known') }}
        where dataset = '{{ dataset }}'
    ),

    pairs as {{ pairs_of(dataset) }},

    unlike as (
        select distinct
            delivery_id,
            other_id
        from {{ unlike }}
    ),

    implausible as (
        select distinct implausible.delivery_id
        from {{ implausible }} as implausible
        inner join known on implausible.delivery_id = known.delivery_id
        where known.accepted_on is null
    ),

    {% for number in range(1, rounds + 1) %}
        {%- set held = 'implausible' if number == 1 else 'held_' ~ (number - 1) %}
        compared_{{ number }} as (
            select
                pairs.delivery_id,
                pairs.relation,
                -- Within a year the number of a delivery sorts by its day.
                max(pairs.other_id) as other_id
            from pairs
            left join {{ held }} as held on pairs.other_id = held.delivery_id
            where held.delivery_id is null
            group by
                pairs.delivery_id,
                pairs.relation
        ),

        held_{{ number }} as (
            select delivery_id from implausible
            union
            select compared_{{ number }}.delivery_id
            from compared_{{ number }}
            inner join unlike
                on
                    compared_{{ number }}.delivery_id = unlike.delivery_id
                    and compared_{{ number }}.other_id = unlike.other_id
            inner join known on compared_{{ number }}.delivery_id = known.delivery_id
            where known.accepted_on is null
        ),
    {% endfor %}

    final as (
        select
            delivery_id,
            relation,
            other_id
        from compared_{{ rounds }}
    )

    select * from final
{%- endmacro %}


{#- Every finding with its sentence. -#}
{% macro findings_told(dataset, implausible, unlike, compared) -%}
    with known as (
        select * from {{ ref('int_deliveries__known') }}
    ),

    bounds as (
        select * from {{ ref('delivery_bounds') }}
        where dataset is null or dataset = '{{ dataset }}'
    ),

    found as (
        select
            delivery_id,
            table_name,
            bound_id,
            observed,
            allowed,
            other
        from {{ implausible }}
        union all
        select
            unlike.delivery_id,
            unlike.table_name,
            unlike.bound_id,
            unlike.observed,
            unlike.allowed,
            unlike.other
        from {{ unlike }} as unlike
        inner join {{ compared }} as compared
            on unlike.delivery_id = compared.delivery_id and unlike.other_id = compared.other_id
    ),

    worded as (
        select
            found.*,
            bounds.sentence,
            row_number() over (
                partition by found.delivery_id, found.bound_id, found.table_name, found.other
                order by
                    case when bounds.table_name is null then 1 else 0 end,
                    case when bounds.dataset is null then 1 else 0 end
            ) as specificity
        from found
        inner join bounds
            on
                found.bound_id = bounds.bound_id
                and (bounds.table_name is null or bounds.table_name = found.table_name)
    ),

    told as (
        select
            worded.delivery_id,
            worded.bound_id,
            worded.table_name,
            worded.observed,
            worded.allowed,
            replace(
                replace(
                    replace(
                        replace(
                            replace(worded.sentence, '{table}', coalesce(worded.table_name, '')),
                            '{observed}', coalesce(worded.observed, '')
                        ),
                        '{allowed}', coalesce(worded.allowed, '')
                    ),
                    '{other}', coalesce(worded.other, '')
                ),
                '{year}', cast(known.collection_year as string)
            ) as told,
            known.accepted_on is null or worded.bound_id = 'no_episodes_accepted' as is_held
        from worded
        inner join known on worded.delivery_id = known.delivery_id
        where worded.specificity = 1
    ),

    final as (
        select
            delivery_id,
            bound_id,
            table_name,
            observed,
            allowed,
            -- What is put in may be nothing.
            replace(told, '  ', ' ') as sentence,
            is_held
        from told
    )

    select * from final
{%- endmacro %}


{#- The deliveries of a dataset with the verdict: which one is in force for its authority and year. -#}
{% macro deliveries_in_force(dataset, tables, findings) -%}
    with known as (
        select * from {{ ref('int_deliveries__known') }}
        where dataset = '{{ dataset }}'
    ),

    with_rows as (
        select delivery_id
        from {{ tables }}
        where {{ "rows_accepted > 0 and table_name = 'episodes'" if dataset == 'ssda903' else 'rows_accepted > 0' }}
        group by delivery_id
    ),

    held as (
        select
            delivery_id,
            {{ sentences_joined('sentence', ['bound_id', 'table_name']) }} as held_because
        from {{ findings }}
        where is_held
        group by delivery_id
    ),

    judged as (
        select
            known.*,
            with_rows.delivery_id is not null as is_usable,
            held.delivery_id is not null as is_held,
            held.held_because
        from known
        left join with_rows on known.delivery_id = with_rows.delivery_id
        left join held on known.delivery_id = held.delivery_id
    ),

    in_force as (
        select
            la_code,
            collection_year,
            max(extracted_on) as in_force_of
        from judged
        where is_usable and not is_held
        group by
            la_code,
            collection_year
    ),

    final as (
        select
            judged.delivery_id,
            judged.la_code,
            judged.dataset,
            judged.collection_year,
            judged.extracted_on,
            judged.status,
            judged.supplier,
            judged.is_synthetic,
            judged.declared_empty,
            judged.content_hash,
            judged.file_count,
            judged.loaded_at,
            judged.replaced_content_hash,
            judged.replaced_at,
            judged.is_usable,
            judged.is_held,
            judged.held_because,
            judged.accepted_by,
            judged.accepted_on,
            judged.accepted_because,
            coalesce(judged.extracted_on = in_force.in_force_of, false) as is_current,
            case
                when judged.extracted_on = in_force.in_force_of then 'in force'
                -- Nobody has to decide about a delivery that a later one has replaced.
                when judged.extracted_on < in_force.in_force_of then 'superseded'
                when judged.is_held then 'held'
                else 'not used'
            end as delivery_status,
            judged.covers_to
        from judged
        left join in_force
            on
                judged.la_code = in_force.la_code
                and judged.collection_year = in_force.collection_year
    )

    select * from final
{%- endmacro %}
