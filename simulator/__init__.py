"""A radio network on the desk: gateways to develop and test against, without a SIM card.

Development only; it is not part of what is installed with the integration.
"""
