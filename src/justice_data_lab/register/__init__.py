"""The criminal-history register: its schema, its snapshot, and an invented one."""
