"""Wires the layers: settings, dates, dependency factories, the error table."""
