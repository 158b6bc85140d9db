"""The window. The only room with PySide6 and pyqtgraph; torch never comes in here."""
