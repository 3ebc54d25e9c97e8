-- Events that could stand in the pool: of a kind the treated have, between the first and the last treated index date of
-- that kind, with complete follow-up, adult. Whose they are is looked at in the next step.
SELECT e.person_id, e.disposal_id, e.kind, e.index_date
FROM index_event AS e
JOIN (
  SELECT kind, min(index_date) AS first_date, max(index_date) AS last_date FROM treated_event GROUP BY kind
) AS span ON span.kind = e.kind AND e.index_date >= span.first_date AND e.index_date <= span.last_date
WHERE e.complete_follow_up AND e.age_at_index >= $adult AND e.index_date >= $first AND e.index_date <= $last
