-- Whose index disposal was no longer the one that counted at a later date asked about: a release, or an order, came after it and on
-- or before the date, or the person was serving another sentence on it. Linkage would have chosen that other disposal for
-- somebody who started on that date, so nobody in this position can be compared with those who did.
-- A sentence without a release date ends with the person's next disposal or release, as in `linkage/index_choice.sql`: one that began
-- before the index date had ended by then at the latest, and any other either ended since or is still being served.
SELECT DISTINCT i.person_id, i.disposal_id
FROM index_disposal AS i
JOIN disposal AS d ON d.person_id = i.person_id AND d.disposal_id <> i.disposal_id
WHERE i.index_date > i.own_index_date
  AND d.disposal_date <= i.index_date
  AND (
    (d.kind = 'custody' AND coalesce(d.release_date > i.own_index_date, d.disposal_date >= i.own_index_date))
    OR (d.kind IN ('suspended_sentence_order', 'community_order') AND d.disposal_date > i.own_index_date)
  )
