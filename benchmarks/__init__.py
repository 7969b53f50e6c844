"""Speed and cost of the integration, and of its peers beside it."""
