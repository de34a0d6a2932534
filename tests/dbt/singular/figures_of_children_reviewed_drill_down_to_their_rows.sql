-- Catches a child-level figure of reviews that is not the number of children a reader would drill down to.
{{ figures_without_their_rows('children_reviewed_by_period', [
    ['children_reviewed_on_time', 'has_all_reviews_on_time', 'is_in_timeliness_cohort'],
    ['children_participating', 'has_participated_in_all', 'is_in_participation_cohort']
]) }}
