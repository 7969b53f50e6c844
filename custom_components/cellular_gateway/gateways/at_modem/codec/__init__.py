"""What an AT modem is told and what its lines mean: pure, no input or output."""
