-- One row for every day of a life on which there was a disposal. Disposals of one day do not precede each other.
SELECT
  person_id,
  disposal_date,
  CASE WHEN sum(offences) > 0 THEN disposal_date END AS proven_on,
  sum(offences) AS offences,
  sum(convictions) AS convictions,
  sum(cautions) AS cautions,
  sum(custodial_sentences) AS custodial_sentences
FROM life_disposal
GROUP BY person_id, disposal_date
