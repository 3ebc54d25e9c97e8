-- The rows of the design. The covariates are added from the catalogue; no outcome is read.
SELECT
  CAST(s.row AS INTEGER) AS row,
  s.person_id,
  s.disposal_id,
  CAST(s.treated AS TINYINT) AS treated,
  e.complete_two_year_follow_up
FROM study_row AS s
JOIN index_event AS e ON e.person_id = s.person_id AND e.disposal_id = s.disposal_id
ORDER BY s.row
