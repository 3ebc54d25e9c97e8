-- Who is left in the negative control, in order. The covariates are added from the catalogue: those as at the start of the control year
-- (e), and what has been proven since (n).
SELECT y.place
FROM control_year AS y
JOIN covariate_as_at AS e ON e.person_id = y.person_id AND e.disposal_id = y.disposal_id
LEFT JOIN since_control_year AS n ON n.person_id = y.person_id AND n.disposal_id = y.disposal_id
ORDER BY y.place
