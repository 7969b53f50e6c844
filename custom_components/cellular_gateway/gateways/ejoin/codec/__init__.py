"""What an Ejoin gateway says and is told, without any I/O.

The sources are the maker's status notification document (port-status, dev-status, recv-sms, cdr,
sent-sms) and its HTTP API 2.2 and 2.4.
"""
