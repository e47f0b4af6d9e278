"""Accounts: who calls, what they may do, and what is theirs."""
