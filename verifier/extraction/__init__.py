"""From an upload's bytes to evidence. Runs only in a child of verifier/isolation.py."""
