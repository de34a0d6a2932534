/*
  Catches: a list that loses items, keeps nulls, or is null instead of empty.
*/
with lists as (
    select
        {{ string_list_of(["'b:y'", "cast(null as string)", "'a:x'"]) }} as two_items,
        {{ string_list_of(["cast(null as string)", "cast(null as string)"]) }} as no_items
),

items as (
    select {{ string_list_explode('two_items') }} as item
    from lists
),

checks as (
    select
        (select two_items from lists) as two_items,
        (select no_items from lists) as no_items,
        (select count(*) from items) as items_counted,
        (select count(distinct item) from items) as items_different
)

select * from checks
where
    two_items <> 'b:y,a:x'
    or no_items is distinct from ''
    or items_counted <> 2
    or items_different <> 2
