"""Reusable widgets. They know no session: they emit intents and obey `show_*`."""
