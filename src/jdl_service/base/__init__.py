"""What every app of the service stands on: who sees what, triggers, middleware, logs. Knows none of the apps."""
