-- Spells of work and of benefit, overlapping ones merged, so that no day counts twice. [started, ended); open ones never end.
SELECT person_id, kind, min(start_date) AS started, max(end_date) AS ended
FROM (
  SELECT *, sum(CASE WHEN start_date <= reached THEN 0 ELSE 1 END) OVER before AS island
  FROM (
    SELECT
      CAST(person_id AS VARCHAR) AS person_id,
      kind,
      start_date,
      coalesce(end_date, DATE '9999-12-31') AS end_date,
      max(coalesce(end_date, DATE '9999-12-31')) OVER (
        PARTITION BY CAST(person_id AS VARCHAR), kind
        ORDER BY start_date, coalesce(end_date, DATE '9999-12-31')
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS reached
    FROM employment
    WHERE CAST(person_id AS VARCHAR) >= $low AND CAST(person_id AS VARCHAR) < $high
      AND (end_date IS NULL OR end_date > start_date)
  ) AS ordered
  WINDOW before AS (PARTITION BY person_id, kind ORDER BY start_date, end_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
) AS islands
GROUP BY person_id, kind, island
