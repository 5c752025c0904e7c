"""What was measured as files: a report to be read, and the records of all requests for other programs."""
