-- One row for each row of the design, in its order. The columns of the measures are added from the catalogue.
SELECT s.row
FROM study_row AS s
JOIN index_event AS e ON e.person_id = s.person_id AND e.disposal_id = s.disposal_id
ORDER BY s.row
