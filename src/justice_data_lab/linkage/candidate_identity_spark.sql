-- What the register says of the candidates.
SELECT *
FROM identity
WHERE identity IN (SELECT identity FROM candidate)
