-- Where the files of a release, or the rows of a file, say different things of one figure: what each says, which counts
-- and why. Of a figure that nothing decides, no comparator is taken.
with contested as (
    select * from {{ ref('int_dfe__contested') }}
    where is_conflict
),

final as (
    select
        release,
        collection_year,
        geographic_level,
        geography_code,
        geography_name,
        metric_id,
        breakdown,
        category,
        unit,
        file_name,
        row_number,
        raw_value,
        is_contradicted as is_contradicted_within_file,
        is_used,
        not is_decided as is_withheld,
        superseded_by,
        decided_by,
        case
            when superseded_by is not null
                then
                    'Superseded by ' || superseded_by
                    || case decided_by
                        when 'published_on' then ', which was published later.'
                        when 'version' then ', which is a later version.'
                        else ', which is a revision of it.'
                    end
            when is_used then 'Counts: nothing that says otherwise is later.'
            when is_contradicted then 'Withheld: the file itself says different things of this figure.'
            else
                'Withheld: nothing says which of these files is the later. Say it in release.yaml, or take the wrong'
                || ' one away.'
        end as sentence
    from contested
)

select * from final
