"""How often the negative control is flagged: with nobody hidden, and with traits that the record does not show."""
