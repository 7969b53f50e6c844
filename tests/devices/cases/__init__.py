"""What each family writes and reads, as tables; every module here is one family's."""
