"""Text messages by 3GPP TS 23.038 and TS 23.040: pure functions, without any link or clock."""
