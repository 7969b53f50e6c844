"""What serves the development of the integration and is not shipped."""
