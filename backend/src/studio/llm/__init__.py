"""The one way to call a model: a request becomes events with their times, and an outcome."""
