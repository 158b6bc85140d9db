"""What lies around the tabs: models left, inspector right, tray below."""
