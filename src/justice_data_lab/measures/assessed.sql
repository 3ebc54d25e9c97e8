-- One row for every person and day of assessment.
SELECT CAST(person_id AS VARCHAR) AS person_id, assessed_on
FROM assessment
WHERE CAST(person_id AS VARCHAR) >= $low AND CAST(person_id AS VARCHAR) < $high
GROUP BY CAST(person_id AS VARCHAR), assessed_on
