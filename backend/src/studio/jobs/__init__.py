"""Jobs: submitted, admitted, run, cancelled, recovered, kept for a while."""
