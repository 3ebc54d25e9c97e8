-- The control year of each study row: the year [year_start, year_end) that ended a year before the index offence, which is the most
-- serious one of the index disposal. step says whether it can be looked at: left, or the first rule that says no. The index
-- offence must be on record, the year within the register's reach (from the first day on which anything was proven), and the person
-- old enough when it began.
-- No date of birth is here. Who was so many years old at the index date was born that many years before it at the latest, so whoever
-- might have been too young is taken to have been.
SELECT
  *,
  CASE
    WHEN year_start IS NULL THEN 'index_offence'
    WHEN year_start < $reach THEN 'reach'
    WHEN
      year(year_start) * 10000 + month(year_start) * 100 + day(year_start)
      < (year(index_date) - age_at_index + $youngest) * 10000 + month(index_date) * 100 + day(index_date)
      THEN 'youngest'
    ELSE 'left'
  END AS step
FROM (
  SELECT
    s.place,
    s.treated,
    s.person_id,
    s.disposal_id,
    e.disposal_date,
    e.index_date,
    e.age_at_index,
    CAST(o.offence_date - INTERVAL 24 MONTH AS DATE) AS year_start,
    CAST(o.offence_date - INTERVAL 12 MONTH AS DATE) AS year_end
  FROM study_row AS s
  JOIN index_event AS e ON e.person_id = s.person_id AND e.disposal_id = s.disposal_id
  LEFT JOIN index_offence AS o ON o.person_id = s.person_id AND o.disposal_id = s.disposal_id
) AS years
