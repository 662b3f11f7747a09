"""From spec/ to everything that is made of it."""
