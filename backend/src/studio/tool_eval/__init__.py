"""Whether models call tools rightly: runs of suites, what came of every case, and how sure that is."""
