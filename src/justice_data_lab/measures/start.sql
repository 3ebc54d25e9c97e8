-- When the clock of each study row starts.
SELECT s.person_id, s.disposal_id, CAST(e.index_date + s.lag_days AS DATE) AS as_at
FROM study_row AS s
JOIN index_event AS e ON e.person_id = s.person_id AND e.disposal_id = s.disposal_id
