-- The most serious offence of each disposal: indictable only, either way, summary; then custody; then offence_id.
SELECT person_id, disposal_id, offence_date, offence_code, offence_group, custody_days
FROM proven_offence
QUALIFY row_number() OVER (
  PARTITION BY person_id, disposal_id
  ORDER BY seriousness, CASE WHEN is_custody THEN 0 ELSE 1 END, offence_id
) = 1
