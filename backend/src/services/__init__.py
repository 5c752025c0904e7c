"""Groups and sums usage; knows no HTTP and none of LiteLLM's nesting."""
