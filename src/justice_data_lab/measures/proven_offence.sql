-- Every proven offence of the people in hand, with the order of seriousness: 1 indictable only, 2 either way, 3 summary.
-- is_counted: recordable and not a breach; only such offences are reoffences, and only such offences are history.
SELECT
  CAST(person_id AS VARCHAR) AS person_id,
  CAST(disposal_id AS VARCHAR) AS disposal_id,
  CAST(offence_id AS VARCHAR) AS offence_id,
  offence_date,
  disposal_date,
  CAST(offence_code AS VARCHAR) AS offence_code,
  offence_group,
  court_outcome,
  disposal,
  custody_days,
  sentence = 'custody' AS is_custody,
  is_recordable AND NOT is_breach AS is_counted,
  CASE court_outcome WHEN 'indictable' THEN 1 WHEN 'either_way' THEN 2 ELSE 3 END AS seriousness
FROM offence
WHERE CAST(person_id AS VARCHAR) >= $low AND CAST(person_id AS VARCHAR) < $high
