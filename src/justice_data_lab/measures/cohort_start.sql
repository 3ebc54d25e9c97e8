-- The linked again, beside what is known at the start of each one's clock, and whether they started late and are put aside.
SELECT
  c.row,
  c.person_id,
  c.disposal_id,
  c.kind,
  c.index_date,
  c.region,
  c.is_adult,
  CASE WHEN $late THEN c.lag_days ELSE 0 END AS lag_days,
  $aside AND c.lag_days > 0 AS is_aside,
  coalesce(s.complete_follow_up, FALSE) AS complete_follow_up,
  coalesce(s.is_superseded, FALSE) AS is_superseded,
  coalesce(s.has_reoffended, FALSE) AS has_reoffended
FROM cohort_event AS c
LEFT JOIN startable AS s ON s.person_id = c.person_id AND s.disposal_id = c.disposal_id
