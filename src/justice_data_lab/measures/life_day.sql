-- One row for every day of a life on which there was a disposal. Disposals of one day do not precede each other.
SELECT
  d.person_id,
  d.disposal_date,
  CASE WHEN sum(d.offences) > 0 THEN d.disposal_date END AS proven_on,
  sum(d.offences) AS offences,
  sum(d.convictions) AS convictions,
  sum(d.cautions) AS cautions,
  sum(d.custodial_sentences) AS custodial_sentences
FROM life_disposal AS d
LEFT JOIN uneven_life AS u ON u.person_id = d.person_id
WHERE u.person_id IS NULL
GROUP BY d.person_id, d.disposal_date
