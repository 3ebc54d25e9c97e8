"""An invented register that behaves like a real one, and how it compares with published figures."""
