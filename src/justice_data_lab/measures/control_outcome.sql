-- Whether there was a proven offence in the control year, for those who are left, in order: the reoffending of the year that began
-- then. Its column is added from the catalogue.
SELECT y.place
FROM control_year AS y
JOIN outcome_as_at AS o ON o.person_id = y.person_id AND o.disposal_id = y.disposal_id
ORDER BY y.place
