-- One row for every disposal that can be an index disposal, with the bounds of its windows.
-- The index date is the release from custody, else the day of the disposal. No release yet: no index date, no row.
-- History is what was proven on a day before known_before.
-- birthday is the date of birth as the number yyyymmdd.
-- Whoever died before the index date has no row; whoever died later stays, and is counted.
SELECT
  CAST(d.person_id AS VARCHAR) AS person_id,
  CAST(d.disposal_id AS VARCHAR) AS disposal_id,
  d.kind,
  d.disposal_date,
  d.index_date,
  d.disposal_date AS known_before,
  d.sentence_days,
  coalesce(d.region, 'unknown') AS region,
  p.sex,
  year(p.date_of_birth) * 10000 + month(p.date_of_birth) * 100 + day(p.date_of_birth) AS birthday,
  coalesce(p.ethnicity, 'unknown') AS ethnicity,
  CASE WHEN p.uk_national THEN 'yes' WHEN NOT p.uk_national THEN 'no' ELSE 'unknown' END AS uk_national,
  CAST(d.index_date + INTERVAL 12 MONTH AS DATE) AS follow_up_end,
  CAST(d.index_date + INTERVAL 18 MONTH AS DATE) AS waiting_end,
  CAST(d.index_date + INTERVAL 18 MONTH AS DATE) <= $extract_date AS complete_follow_up,
  CAST(d.index_date + INTERVAL 24 MONTH AS DATE) AS two_years_end,
  CAST(d.index_date + INTERVAL 30 MONTH AS DATE) AS two_years_waiting_end,
  CAST(d.index_date + INTERVAL 30 MONTH AS DATE) <= $extract_date AS complete_two_year_follow_up,
  CAST(d.index_date - INTERVAL 12 MONTH AS DATE) AS one_year_before,
  CAST(d.index_date - INTERVAL 36 MONTH AS DATE) AS three_years_before
FROM (
  SELECT *, CASE WHEN kind = 'custody' THEN release_date ELSE disposal_date END AS index_date
  FROM disposal
  WHERE CAST(person_id AS VARCHAR) >= $low AND CAST(person_id AS VARCHAR) < $high
) AS d
JOIN person AS p ON p.person_id = d.person_id
WHERE d.index_date IS NOT NULL AND (p.date_of_death IS NULL OR p.date_of_death >= d.index_date)
