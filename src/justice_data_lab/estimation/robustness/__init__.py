"""The robustness tier: whether other ways of comparing, or what nobody could see, would change the official result."""
