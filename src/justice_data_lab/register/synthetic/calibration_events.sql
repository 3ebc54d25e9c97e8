-- One row an index event as the published statistics count them, with what is needed to group it and its proven
-- reoffences. Worked out from the source tables alone, apart from the measures, so that each can check the other.
WITH offence AS (
  SELECT
    offence_id, person_id, disposal_id, offence_date, disposal_date, offence_group, court_outcome, sentence, custody_days,
    is_breach, is_recordable
  FROM read_parquet($offence)
),
led AS (
  SELECT
    disposal_id,
    MIN(offence_group) FILTER (place = 1) AS offence_group,
    MIN(sentence) FILTER (place = 1) AS sentence,
    COUNT(*) FILTER (is_recordable AND NOT is_breach) AS countable,
    COUNT(*) FILTER (NOT is_breach) AS offences
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (
        PARTITION BY disposal_id
        ORDER BY
          is_breach, CASE court_outcome WHEN 'indictable' THEN 1 WHEN 'either_way' THEN 2 ELSE 3 END,
          custody_days DESC NULLS LAST, offence_id
      ) AS place
    FROM offence
  ) AS ranked
  GROUP BY disposal_id
),
disposal AS (
  SELECT
    d.person_id, d.disposal_id, d.kind, d.disposal_date, d.sentence_days, l.offence_group, l.sentence, l.countable,
    CASE WHEN d.kind = 'custody' THEN d.release_date ELSE d.disposal_date END AS index_date,
    CAST(COALESCE(SUM(l.offences) OVER earlier, 0) AS INTEGER) AS previous_offences,
    CAST(COUNT(*) OVER earlier AS INTEGER) AS previous_sanctions
  FROM read_parquet($disposal) AS d
  INNER JOIN led AS l ON l.disposal_id = d.disposal_id
  WINDOW earlier AS (
    PARTITION BY d.person_id ORDER BY d.disposal_date, d.disposal_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
),
event AS (
  SELECT
    d.*,
    CASE WHEN $by = 'disposal' THEN d.disposal_date ELSE d.index_date END AS counted_on,
    p.sex,
    date_diff('month', p.date_of_birth, d.disposal_date) // 12 AS age_at_disposal,
    date_diff('month', p.date_of_birth, d.index_date) // 12 AS age_at_index
  FROM disposal AS d
  INNER JOIN read_parquet($person) AS p ON p.person_id = d.person_id
  WHERE d.countable > 0 AND (p.date_of_death IS NULL OR $by = 'disposal' OR p.date_of_death > d.index_date)
)
SELECT
  e.kind,
  e.sentence,
  coalesce(e.sentence_days, -1) AS sentence_days,
  e.offence_group,
  e.sex,
  CASE WHEN $by = 'disposal' THEN e.age_at_disposal ELSE e.age_at_index END AS age,
  e.previous_offences,
  e.previous_sanctions,
  (
    ROW_NUMBER() OVER (PARTITION BY e.person_id, date_trunc('quarter', e.counted_on) ORDER BY e.counted_on, e.disposal_id) = 1
  ) AS first_of_quarter,
  (
    ROW_NUMBER() OVER (
      PARTITION BY e.person_id, date_trunc('year', CAST(e.counted_on - INTERVAL 3 MONTH AS DATE))
      ORDER BY e.counted_on, e.disposal_id
    ) = 1
  ) AS first_of_year,
  (
    SELECT COUNT(*)
    FROM offence AS o
    WHERE o.person_id = e.person_id AND o.disposal_id <> e.disposal_id AND o.is_recordable AND NOT o.is_breach
      AND o.offence_date >= e.index_date AND o.offence_date < CAST(e.index_date + INTERVAL 12 MONTH AS DATE)
      AND o.disposal_date < CAST(e.index_date + INTERVAL 18 MONTH AS DATE)
  ) AS reoffences
FROM event AS e
WHERE e.counted_on >= CAST($since AS DATE) AND e.counted_on < CAST($until AS DATE)
