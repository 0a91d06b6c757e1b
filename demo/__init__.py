"""The tap at work: a sandbox API, Meltano and a throwaway PostgreSQL, in one command."""
