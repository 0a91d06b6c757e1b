"""The grants of OAuth2: what a client shows to get a token."""
