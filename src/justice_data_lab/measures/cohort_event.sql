-- The index event of every cohort member who was linked; null where the disposal cannot be an index disposal.
-- lag_days: how many days after the index date the programme started; 0 when it started before, or nobody knows when.
SELECT
  l.row,
  l.person_id,
  l.disposal_id,
  e.kind,
  e.index_date,
  e.region,
  coalesce(e.complete_follow_up, FALSE) AS complete_follow_up,
  coalesce(e.age_at_index >= $adult, FALSE) AS is_adult,
  CASE WHEN l.intervention_start > e.index_date THEN CAST(date_diff('day', e.index_date, l.intervention_start) AS INTEGER) ELSE 0 END
    AS lag_days
FROM linked AS l
LEFT JOIN index_event AS e ON e.person_id = l.person_id AND e.disposal_id = l.disposal_id
