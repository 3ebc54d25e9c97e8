"""How the rooms join up: what each hands to the next, and how it rests on disk."""
