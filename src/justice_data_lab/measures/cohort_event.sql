-- The index event of every cohort member who was linked; null where the disposal cannot be an index disposal.
SELECT
  l.row,
  l.person_id,
  l.disposal_id,
  e.kind,
  e.index_date,
  e.region,
  coalesce(e.complete_follow_up, FALSE) AS complete_follow_up,
  coalesce(e.age_at_index >= $adult, FALSE) AS is_adult,
  l.intervention_start > e.index_date AS starts_later
FROM linked AS l
LEFT JOIN index_event AS e ON e.person_id = l.person_id AND e.disposal_id = l.disposal_id
