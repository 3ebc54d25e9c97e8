-- The history beside the disposal and the date asked about: one row for each. Somebody's first disposal is the first at which
-- anything was proven, else the index disposal; before either there has been none, and no time has passed.
SELECT
  i.*,
  date_diff('day', least(coalesce(h.first_proven_on, i.index_date), i.disposal_date, i.index_date), i.index_date) / 365.25
    AS years_since_first_disposal,
  h.last_proven_on,
  coalesce(h.previous_offences, 0) AS previous_offences,
  coalesce(h.previous_convictions, 0) AS previous_convictions,
  coalesce(h.previous_cautions, 0) AS previous_cautions,
  coalesce(h.previous_custodial_sentences, 0) AS previous_custodial_sentences,
  coalesce(h.previous_convictions, 0) + coalesce(h.previous_cautions, 0) + 1 AS sanctions
FROM index_disposal AS i
LEFT JOIN history AS h ON h.person_id = i.person_id AND h.disposal_id = i.disposal_id
