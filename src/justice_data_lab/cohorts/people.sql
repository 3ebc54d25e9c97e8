-- Names and identifiers of the people drawn: the main name first, then the others the register holds, in a fixed order.
SELECT
  i.person_id,
  i.surname,
  i.forename,
  i.date_of_birth,
  i.sex,
  i.pnc_id,
  i.prison_number,
  i.is_primary
FROM link.identity AS i
JOIN (SELECT unnest($people) AS person_id) AS wanted ON wanted.person_id = i.person_id
ORDER BY i.person_id, i.is_primary DESC, i.surname, i.forename, i.date_of_birth, i.pnc_id, i.prison_number
