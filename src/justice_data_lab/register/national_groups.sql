-- Proven reoffending of every index event with complete follow-up by sex, age band and previous offences: of all sentences, and of each kind.
-- Every index event counts once, so a person with several counts several times; integers only.
WITH followed AS (
  SELECT
    kind,
    sex,
    reoffended,
    CASE
      WHEN age_at_index < 18 THEN '10 to 17'
      WHEN age_at_index < 21 THEN '18 to 20'
      WHEN age_at_index < 25 THEN '21 to 24'
      WHEN age_at_index < 30 THEN '25 to 29'
      WHEN age_at_index < 40 THEN '30 to 39'
      WHEN age_at_index < 50 THEN '40 to 49'
      WHEN age_at_index IS NOT NULL THEN '50 or over'
    END AS age,
    CASE
      WHEN previous_offences = 0 THEN 'none'
      WHEN previous_offences < 3 THEN '1 to 2'
      WHEN previous_offences < 7 THEN '3 to 6'
      WHEN previous_offences < 11 THEN '7 to 10'
      WHEN previous_offences < 15 THEN '11 to 14'
      WHEN previous_offences IS NOT NULL THEN '15 or more'
    END AS previous_offences
  FROM index_event
  WHERE complete_follow_up
)
SELECT
  COALESCE(kind, 'all') AS sentence,
  CASE
    WHEN GROUPING(sex) = 0 THEN 'sex'
    WHEN GROUPING(age) = 0 THEN 'age'
    ELSE 'previous_offences'
  END AS grouped_by,
  COALESCE(sex, age, previous_offences, 'unknown') AS level,
  COUNT(*) AS events,
  COUNT(*) FILTER (WHERE reoffended) AS reoffended
FROM followed
GROUP BY GROUPING SETS ((sex), (age), (previous_offences), (kind, sex), (kind, age), (kind, previous_offences))
