"""The seam between the integration and everything that carries SMS, and the kinds behind it."""
