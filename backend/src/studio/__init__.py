"""Studio: measures models, and keeps every result. See `/studio` on the page."""
