-- Every candidate draws one treated event, the same for the same seed and person: the first seven hexadecimal digits of
-- md5(seed || person_id), as a number, modulo the number of treated. Nothing about the candidate's own events enters.
SELECT
  person_id,
  (
    (strpos('0123456789abcdef', substr(hash, 1, 1)) - 1) * 16777216
    + (strpos('0123456789abcdef', substr(hash, 2, 1)) - 1) * 1048576
    + (strpos('0123456789abcdef', substr(hash, 3, 1)) - 1) * 65536
    + (strpos('0123456789abcdef', substr(hash, 4, 1)) - 1) * 4096
    + (strpos('0123456789abcdef', substr(hash, 5, 1)) - 1) * 256
    + (strpos('0123456789abcdef', substr(hash, 6, 1)) - 1) * 16
    + (strpos('0123456789abcdef', substr(hash, 7, 1)) - 1)
  ) % $treated AS place
FROM (
  SELECT person_id, md5(concat($seed, person_id)) AS hash
  FROM (SELECT DISTINCT person_id FROM candidate) AS people
  WHERE person_id NOT IN (SELECT person_id FROM excluded)
) AS hashed
