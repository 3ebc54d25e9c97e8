-- The events with which each person could enter: those of the drawn kind on or after the drawn date, each with the drawn lag.
SELECT d.person_id, c.disposal_id, c.kind, c.index_date, t.lag_days, TRUE AS complete_follow_up
FROM draw AS d
JOIN drawn_from AS t ON t.place = d.place
JOIN candidate AS c ON c.person_id = d.person_id AND c.kind = t.kind AND c.index_date >= t.index_date
