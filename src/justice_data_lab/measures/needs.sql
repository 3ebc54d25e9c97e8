-- The latest assessment in the three years before the index date. Several on one day are one: a need found in any is a need.
-- The needs themselves are added from the register's code list, here and in the step before (one row a day).
SELECT i.person_id, i.disposal_id
FROM index_disposal AS i
JOIN assessed AS a
  ON a.person_id = i.person_id AND a.assessed_on >= i.three_years_before AND a.assessed_on < i.index_date
QUALIFY row_number() OVER (PARTITION BY i.person_id, i.disposal_id ORDER BY a.assessed_on DESC) = 1
