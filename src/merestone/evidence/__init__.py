"""Evidence: sealed bytes, the custody log, and the documents read from them."""
