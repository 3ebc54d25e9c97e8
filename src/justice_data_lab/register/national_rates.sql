-- Proven reoffending of every index event with complete follow-up: all of them, and by kind, sex, age band and year.
-- Every index event counts once, so a person with several counts several times; integers only.
WITH followed AS (
  SELECT
    kind,
    sex,
    index_year,
    reoffended,
    reoffences,
    first_court_outcome,
    complete_two_year_follow_up,
    reoffended_two_years,
    CASE
      WHEN age_at_index < 15 THEN '10 to 14'
      WHEN age_at_index < 18 THEN '15 to 17'
      WHEN age_at_index < 21 THEN '18 to 20'
      WHEN age_at_index < 25 THEN '21 to 24'
      WHEN age_at_index < 30 THEN '25 to 29'
      WHEN age_at_index < 35 THEN '30 to 34'
      WHEN age_at_index < 40 THEN '35 to 39'
      WHEN age_at_index < 45 THEN '40 to 44'
      WHEN age_at_index < 50 THEN '45 to 49'
      ELSE '50 and over'
    END AS age_band
  FROM index_event
  WHERE complete_follow_up
)
SELECT
  CASE
    WHEN GROUPING(kind) = 0 THEN 'kind'
    WHEN GROUPING(sex) = 0 THEN 'sex'
    WHEN GROUPING(age_band) = 0 THEN 'age band'
    WHEN GROUPING(index_year) = 0 THEN 'year'
    ELSE 'all'
  END AS grouped_by,
  COALESCE(kind, sex, age_band, CAST(index_year AS VARCHAR), 'all') AS level,
  COUNT(*) AS events,
  COUNT(*) FILTER (WHERE reoffended) AS reoffended,
  CAST(SUM(reoffences) AS BIGINT) AS reoffences,
  COUNT(*) FILTER (WHERE first_court_outcome = 'indictable') AS first_indictable,
  COUNT(*) FILTER (WHERE complete_two_year_follow_up) AS followed_two_years,
  COUNT(*) FILTER (WHERE reoffended_two_years) AS reoffended_two_years
FROM followed
GROUP BY GROUPING SETS ((), (kind), (sex), (age_band), (index_year))
ORDER BY grouped_by, level
