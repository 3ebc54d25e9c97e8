-- History as it was known on the day of the index disposal: all counted offences proven on an earlier day. Offences of the index
-- disposal itself bear its own day, so they are none of them. One row serves all disposals of the day: disposal_id is null.
SELECT
  person_id,
  CAST(NULL AS VARCHAR) AS disposal_id,
  disposal_date,
  coalesce(min(proven_on) OVER earlier, disposal_date) AS first_day,
  max(proven_on) OVER earlier AS last_proven_on,
  coalesce(sum(offences) OVER earlier, 0) AS previous_offences,
  coalesce(sum(convictions) OVER earlier, 0) AS previous_convictions,
  coalesce(sum(cautions) OVER earlier, 0) AS previous_cautions,
  coalesce(sum(custodial_sentences) OVER earlier, 0) AS previous_custodial_sentences
FROM life_day
WINDOW earlier AS (PARTITION BY person_id ORDER BY disposal_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
