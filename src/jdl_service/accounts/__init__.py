"""People and how they log in: one role a person outside the lab, several inside it, administrators apart."""
