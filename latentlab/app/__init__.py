"""The application without its window: session, registry, services. Neither Qt nor torch here."""
